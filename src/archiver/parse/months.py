"""The words of printed dates in some forty languages: months, days of the week, labels.

In: a word as printed. Out: `month_number`, `name_key` (the word as the tables hold it) and the sets of keys
`WEEKDAYS`, `LABELS`, `ENGLISH_WORDS`. The names, wide and abbreviated, inflected and not, are those of the
Unicode CLDR, with some that pages print beside them. The one surprise: keys have no accents, so that
"fevrier" and "FÉVRIER" are one word.
"""

import unicodedata
from functools import lru_cache


def name_key(word: str) -> str:
    """The word as it stands in the tables: case folded, without accents, dotless i as i, no dots around.

    Only the marks of Latin, Greek and Cyrillic letters go: Thai and Hebrew tell words apart by theirs.
    """
    word = word.strip(".'’\u200e\u200f").casefold()
    if word.isascii():
        return word
    word = "".join(c for c in unicodedata.normalize("NFKD", word) if not "\u0300" <= c <= "\u036f")
    return unicodedata.normalize("NFC", word.replace("ı", "i")).strip(".'’\u200e\u200f")


# The twelve months of each language, forms of one month between slashes.
_MONTHS = {
    "en": (
        "january/jan, february/feb, march/mar, april/apr, may, june/jun, july/jul, august/aug, "
        "september/sep/sept, october/oct, november/nov, december/dec"
    ),
    "fr": (
        "janvier/janv/jan, fevrier/fevr/fev, mars, avril/avr, mai, juin, juillet/juil/jul, "
        "aout/aou, septembre/sept, octobre/oct, novembre/nov, decembre/dec"
    ),
    "de": (
        "januar/jan/janner/jann, februar/feb/feber, marz/mar/mrz, april/apr, mai, juni/jun, "
        "juli/jul, august/aug, september/sept/sep, oktober/okt, november/nov, dezember/dez"
    ),
    "es": (
        "enero/ene, febrero/feb, marzo/mar, abril/abr, mayo/may, junio/jun, julio/jul, agosto/ago, "
        "septiembre/sept/set/sep/setiembre, octubre/oct, noviembre/nov, diciembre/dic"
    ),
    "pt": (
        "janeiro/jan, fevereiro/fev, marco/mar, abril/abr, maio/mai, junho/jun, julho/jul, "
        "agosto/ago, setembro/set, outubro/out, novembro/nov, dezembro/dez"
    ),
    "it": (
        "gennaio/gen/genn, febbraio/feb/febb, marzo/mar, aprile/apr, maggio/mag, giugno/giu, "
        "luglio/lug, agosto/ago, settembre/set/sett, ottobre/ott, novembre/nov, dicembre/dic"
    ),
    "nl": (
        "januari/jan, februari/feb, maart/mrt/mar, april/apr, mei, juni/jun, juli/jul, "
        "augustus/aug, september/sep, oktober/okt, november/nov, december/dec"
    ),
    "sv": (
        "januari/jan, februari/feb, mars, april/apr, maj, juni, juli, augusti/aug, september/sep, "
        "oktober/okt, november/nov, december/dec"
    ),
    "da": (
        "januar/jan, februar/feb, marts/mar, april/apr, maj, juni/jun, juli/jul, august/aug, "
        "september/sep, oktober/okt, november/nov, december/dec"
    ),
    "nb": (
        "januar/jan, februar/feb, mars/mar, april/apr, mai, juni/jun, juli/jul, august/aug, "
        "september/sep, oktober/okt, november/nov, desember/des"
    ),
    "fi": (
        "tammikuuta/tammi/tammikuu, helmikuuta/helmi/helmikuu, maaliskuuta/maalis/maaliskuu, "
        "huhtikuuta/huhti/huhtikuu, toukokuuta/touko/toukokuu, kesakuuta/kesa/kesakuu, "
        "heinakuuta/heina/heinakuu, elokuuta/elo/elokuu, syyskuuta/syys/syyskuu, "
        "lokakuuta/loka/lokakuu, marraskuuta/marras/marraskuu, joulukuuta/joulu/joulukuu"
    ),
    "is": (
        "januar/jan, februar/feb, mars/mar, april/apr, mai, juni/jun, juli/jul, agust/agu, "
        "september/sep, oktober/okt, november/nov, desember/des"
    ),
    "pl": (
        "stycznia/sty/styczen, lutego/lut/luty, marca/mar/marzec, kwietnia/kwi/kwiecien, maja/maj, "
        "czerwca/cze/czerwiec, lipca/lip/lipiec, sierpnia/sie/sierpien, wrzesnia/wrz/wrzesien, "
        "pazdziernika/paz/pazdziernik, listopada/lis/listopad, grudnia/gru/grudzien"
    ),
    "cs": (
        "ledna/led/leden, unora/uno/unor, brezna/bre/brezen, dubna/dub/duben, kvetna/kve/kveten, "
        "cervna/cvn/cerven, cervence/cvc/cervenec, srpna/srp/srpen, zari/zar, rijna/rij/rijen, "
        "listopadu/lis/listopad, prosince/pro/prosinec"
    ),
    "sk": (
        "januara/jan/januar, februara/feb/februar, marca/mar/marec, aprila/apr/april, maja/maj, "
        "juna/jun, jula/jul, augusta/aug/august, septembra/sep/september, oktobra/okt/oktober, "
        "novembra/nov/november, decembra/dec/december"
    ),
    "sl": (
        "januar/jan, februar/feb, marec/mar, april/apr, maj, junij/jun, julij/jul, avgust/avg, "
        "september/sep, oktober/okt, november/nov, december/dec"
    ),
    "hr": (
        "sijecnja/sij/sijecanj, veljace/velj/veljaca, ozujka/ozu/ozujak, travnja/tra/travanj, "
        "svibnja/svi/svibanj, lipnja/lip/lipanj, srpnja/srp/srpanj, kolovoza/kol/kolovoz, "
        "rujna/ruj/rujan, listopada/lis/listopad, studenoga/stu/studeni, prosinca/pro/prosinac"
    ),
    "sr": (
        "јануар/јан, фебруар/феб, март/мар, април/апр, мај, јун, јул, август/авг, септембар/сеп, "
        "октобар/окт, новембар/нов, децембар/дец"
    ),
    "mk": (
        "јануари/јан, февруари/фев, март/мар, април/апр, мај, јуни/јун, јули/јул, август/авг, "
        "септември/сеп, октомври/окт, ноември/ное, декември/дек"
    ),
    "hu": (
        "januar/jan, februar/febr, marcius/marc, aprilis/apr, majus/maj, junius/jun, julius/jul, "
        "augusztus/aug, szeptember/szept, oktober/okt, november/nov, december/dec"
    ),
    "ro": (
        "ianuarie/ian, februarie/feb, martie/mar, aprilie/apr, mai, iunie/iun, iulie/iul, "
        "august/aug, septembrie/sept, octombrie/oct, noiembrie/nov, decembrie/dec"
    ),
    "ru": (
        "января/янв/январь, февраля/февр/февраль/фев, марта/мар/март, апреля/апр/апрель, мая/маи, "
        "июня/июн/июнь, июля/июл/июль, августа/авг/август, сентября/сент/сентябрь/сен, "
        "октября/окт/октябрь, ноября/нояб/ноябрь/ноя, декабря/дек/декабрь"
    ),
    "uk": (
        "січня/січ/січень, лютого/лют/лютии, березня/бер/березень, квітня/квіт/квітень, "
        "травня/трав/травень, червня/черв/червень, липня/лип/липень, серпня/серп/серпень, "
        "вересня/вер/вересень, жовтня/жовт/жовтень, листопада/лист/листопад, грудня/груд/грудень"
    ),
    "be": (
        "студзеня/сту/студзень, лютага/лют/люты, сакавіка/сак/сакавік, красавіка/кра/красавік, "
        "мая/маи, чэрвеня/чэр/чэрвень, ліпеня/ліп/ліпень, жніуня/жні/жнівень, верасня/вер/верасень, "
        "кастрычніка/кас/кастрычнік, лістапада/ліс/лістапад, снежня/сне/снежань"
    ),
    "bg": (
        "януари/яну, февруари/фев, март, април/апр, маи, юни, юли, август/авг, септември/сеп, "
        "октомври/окт, ноември/ное, декември/дек"
    ),
    "el": (
        "ιανουαριου/ιαν/ιανουαριοσ, φεβρουαριου/φεβ/φεβρουαριοσ, μαρτιου/μαρ/μαρτιοσ, "
        "απριλιου/απρ/απριλιοσ, μαιου/μαι/μαιοσ, ιουνιου/ιουν/ιουνιοσ, ιουλιου/ιουλ/ιουλιοσ, "
        "αυγουστου/αυγ/αυγουστοσ, σεπτεμβριου/σεπ/σεπτεμβριοσ, οκτωβριου/οκτ/οκτωβριοσ, "
        "νοεμβριου/νοε/νοεμβριοσ, δεκεμβριου/δεκ/δεκεμβριοσ"
    ),
    "tr": (
        "ocak/oca, subat/sub, mart/mar, nisan/nis, mayis/may, haziran/haz, temmuz/tem, agustos/agu, "
        "eylul/eyl, ekim/eki, kasim/kas, aralik/ara"
    ),
    "az": (
        "yanvar/yan, fevral/fev, mart/mar, aprel/apr, may, iyun/iyn, iyul/iyl, avqust/avq, "
        "sentyabr/sen, oktyabr/okt, noyabr/noy, dekabr/dek"
    ),
    "id": (
        "januari/jan/yanvar/yan, februari/feb/fevral/fev, maret/mar/mart, april/apr/aprel, mei/may, "
        "juni/jun/iyun/iyn, juli/jul/iyul/iyl, agustus/agu/avqust/avq/ags/agt/agust, "
        "september/sep/sentyabr/sen, oktober/okt/oktyabr, november/nov/noyabr/noy/nop/nopember, "
        "desember/des/dekabr/dek"
    ),
    "ms": (
        "januari/jan/yanvar/yan, februari/feb/fevral/fev, mac/mart/mar, april/apr/aprel, mei/may, "
        "jun/iyun/iyn, julai/jul/iyul/iyl, ogos/ogo/avqust/avq, september/sep/sentyabr/sen, "
        "oktober/okt/oktyabr, november/nov/noyabr/noy, disember/dis/dekabr/dek"
    ),
    "ar": (
        "يناير/yanvar/yan, فبراير/fevral/fev, مارس/mart/mar, أبريل/aprel/apr, مايو/may, "
        "يونيو/iyun/iyn, يوليو/iyul/iyl, أغسطس/avqust/avq, سبتمبر/sentyabr/sen, أكتوبر/oktyabr/okt, "
        "نوفمبر/noyabr/noy, ديسمبر/dekabr/dek"
    ),
    "ar-LB": (
        "كانون الثاني/يناير/yanvar/yan, شباط/فبراير/fevral/fev, آذار/مارس/mart/mar, "
        "نيسان/أبريل/aprel/apr, أيار/مايو/may, حزيران/يونيو/iyun/iyn, تموز/يوليو/iyul/iyl, "
        "آب/أغسطس/avqust/avq, أيلول/سبتمبر/sentyabr/sen, تشرين الأول/أكتوبر/oktyabr/okt, "
        "تشرين الثاني/نوفمبر/noyabr/noy, كانون الأول/ديسمبر/dekabr/dek"
    ),
    "ar-DZ": (
        "جانفي/يناير/yanvar/yan, فيفري/فبراير/fevral/fev, مارس/mart/mar, أفريل/أبريل/aprel/apr, "
        "ماي/مايو/may, جوان/يونيو/iyun/iyn, جويلية/يوليو/iyul/iyl, أوت/أغسطس/avqust/avq, "
        "سبتمبر/sentyabr/sen, أكتوبر/oktyabr/okt, نوفمبر/noyabr/noy, ديسمبر/dekabr/dek"
    ),
    "he": (
        "ינואר/ינו/yanvar/yan, פברואר/פבר/fevral/fev, מרץ/mart/mar, אפריל/אפר/aprel/apr, מאי/may, "
        "יוני/iyun/iyn, יולי/iyul/iyl, אוגוסט/אוג/avqust/avq, ספטמבר/ספט/sentyabr/sen, "
        "אוקטובר/אוק/oktyabr/okt, נובמבר/נוב/noyabr/noy, דצמבר/דצמ/dekabr/dek"
    ),
    "fa": (
        "ژانویهٔ/ژانویه/yan, فوریهٔ/فوریه/fev, مارس/mar, آوریل/apr, مهٔ/مه/may, ژوئن/iyn, "
        "ژوئیهٔ/ژوئیه/iyl, اوت/avq, سپتامبر/sen, اکتبر/okt, نوامبر/noy, دسامبر/dek"
    ),
    "hi": (
        "जनवरी/जन॰/yanvar/yan, फ़रवरी/फ़र॰/fevral/fev, मार्च/mart/mar, अप्रैल/aprel/apr, मई/may, "
        "जून/iyun/iyn, जुलाई/जुल॰/iyul/iyl, अगस्त/अग॰/avqust/avq, सितंबर/सित॰/sentyabr/sen, "
        "अक्टूबर/अक्टू॰/oktyabr/okt, नवंबर/नव॰/noyabr/noy, दिसंबर/दिस॰/dekabr/dek"
    ),
    "th": (
        "มกราคม/ม.ค/yanvar/yan, กุมภาพันธ์/ก.พ/fevral/fev, มีนาคม/มี.ค/mart/mar, "
        "เมษายน/เม.ย/aprel/apr, พฤษภาคม/พ.ค/may, มิถุนายน/มิ.ย/iyun/iyn, กรกฎาคม/ก.ค/iyul/iyl, "
        "สิงหาคม/ส.ค/avqust/avq, กันยายน/ก.ย/sentyabr/sen, ตุลาคม/ต.ค/oktyabr/okt, "
        "พฤศจิกายน/พ.ย/noyabr/noy, ธันวาคม/ธ.ค/dekabr/dek"
    ),
    "lt": (
        "sausio/saus/sausis/yan, vasario/vas/vasaris/fev, kovo/kov/kovas/mar, "
        "balandzio/bal/balandis/apr, geguzes/geg/geguze/may, birzelio/birz/birzelis/iyn, "
        "liepos/liep/liepa/iyl, rugpjucio/rugp/rugpjutis/avq, rugsejo/rugs/rugsejis/sen, "
        "spalio/spal/spalis/okt, lapkricio/lapkr/lapkritis/noy, gruodzio/gruod/gruodis/dek"
    ),
    "lv": (
        "janvaris/janv/yanvar/yan, februaris/febr/fevral/fev, marts/mart/mar, aprilis/apr/aprel, "
        "maijs/may, junijs/jun/iyun/iyn, julijs/jul/iyul/iyl, augusts/aug/avqust/avq, "
        "septembris/sept/sentyabr/sen, oktobris/okt/oktyabr, novembris/nov/noyabr/noy, "
        "decembris/dec/dekabr/dek"
    ),
    "et": (
        "jaanuar/jaan/yanvar/yan, veebruar/veebr/fevral/fev, marts/mart/mar, aprill/apr/aprel, "
        "mai/may, juuni/iyun/iyn, juuli/iyul/iyl, august/aug/avqust/avq, "
        "september/sept/sentyabr/sen, oktoober/okt/oktyabr, november/nov/noyabr/noy, "
        "detsember/dets/dekabr/dek"
    ),
    "ca": (
        "gener/gen, febrer/febr, marc, d’abril/d’abr/abril/abr, maig, juny, juliol/jul, "
        "d’agost/d’ag/agost/ag, setembre/set, d’octubre/d’oct/octubre/oct, novembre/nov, "
        "desembre/des"
    ),
    "gl": (
        "xaneiro/xan/yanvar/yan, febreiro/feb/fevral/fev, marzo/mar/mart, abril/abr/aprel/apr, "
        "maio/may, xuno/iyun/iyn, xullo/xul/iyul/iyl, agosto/ago/avqust/avq, "
        "setembro/set/sentyabr/sen, outubro/out/oktyabr/okt, novembro/nov/noyabr/noy, "
        "decembro/dec/dekabr/dek"
    ),
    "eu": (
        "urtarrila/urt/yanvar/yan, otsaila/ots/fevral/fev, martxoa/mar/mart, apirila/api/aprel/apr, "
        "maiatza/mai/may, ekaina/eka/iyun/iyn, uztaila/uzt/iyul/iyl, abuztua/abu/avqust/avq, "
        "iraila/ira/sentyabr/sen, urria/urr/oktyabr/okt, azaroa/aza/noyabr/noy, "
        "abendua/abe/dekabr/dek"
    ),
    "af": (
        "januarie/jan/yanvar/yan, februarie/feb/fevral/fev, maart/mrt/mart/mar, april/apr/aprel, "
        "mei/may, junie/jun/iyun/iyn, julie/jul/iyul/iyl, augustus/aug/avqust/avq, "
        "september/sep/sentyabr/sen, oktober/okt/oktyabr, november/nov/noyabr/noy, "
        "desember/des/dekabr/dek"
    ),
    "tl": (
        "enero/ene/yanvar/yan, pebrero/peb/fevral/fev, marso/mar/mart, abril/abr/aprel/apr, "
        "mayo/may, hunyo/hun/iyun/iyn, hulyo/hul/iyul/iyl, agosto/ago/avqust/avq, "
        "setyembre/set/sentyabr/sen, oktubre/okt/oktyabr, nobyembre/nob/noyabr/noy, "
        "disyembre/dis/dekabr/dek"
    ),
    "zh": ("一月, 二月, 三月, 四月, 五月, 六月, 七月, 八月, 九月, 十月, 十一月, 十二月"),
}

_WEEKDAYS = (
    "monday mon tuesday tue wednesday wed thursday thu friday fri saturday sat sunday sun lundi lun "
    "mardi mar mercredi mer jeudi jeu vendredi ven samedi sam dimanche dim montag mo dienstag di "
    "mittwoch mi donnerstag do freitag fr samstag sa sonntag so lunes martes miercoles mie jueves "
    "jue viernes vie sabado sab domingo dom segunda-feira seg terca-feira ter quarta-feira qua "
    "quinta-feira qui sexta-feira sex lunedi martedi mercoledi giovedi gio venerdi sabato domenica "
    "maandag ma dinsdag woensdag wo donderdag vrijdag vr zaterdag za zondag zo mandag man tisdag "
    "tis onsdag ons torsdag tors fredag fre lordag lor sondag son tirsdag tirs lørdag lør søndag "
    "søn tir tor maanantaina maanantai tiistaina ti tiistai keskiviikkona ke keskiviikko torstaina "
    "to torstai perjantaina pe perjantai lauantaina la lauantai sunnuntai su manudagur þriðjudagur "
    "þri miðvikudagur mið fimmtudagur fim fostudagur fos laugardagur lau sunnudagur poniedziałek "
    "pon wtorek wt sroda sr czwartek czw piatek pt sobota sob niedziela niedz pondeli po utery ut "
    "streda st ctvrtek ct patek pa nedele ne pondelok utorok stvrtok piatok pi nedela ponedeljek "
    "torek sreda sre cetrtek cet petek pet nedelja ned ponedjeljak utorak uto srijeda sri cetvrtak "
    "petak subota sub nedjelja понедељак пон уторак уто среда сре четвртак чет петак пет субота суб "
    "недеља нед понеделник вторник вто четврток петок сабота саб недела hetfo kedd szerda sze "
    "csutortok cs pentek szombat szo vasarnap luni marti miercuri joi vineri vin sambata duminica "
    "dum понедельник пн вт ср четверг чт пятница пт суббота сб воскресенье вс понеділок вівторок "
    "середа четвер пʼятниця неділя нд панядзелак ауторак ау серада чацвер чц пятніца нядзеля сряда "
    "четвъртък петък събота неделя δευτερα δευ τριτη τρι τεταρτη τετ πεμπτη πεμ παρασκευη παρ "
    "σαββατο σαβ κυριακη κυρ pazartesi pzt sali sal carsamba car persembe per cuma cum cumartesi "
    "cmt pazar paz b.e c.a cərsənbə cumə sənbə bazar senin sen selasa sel rabu rab kamis kam jumat "
    "jum sabtu minggu min isnin isn khamis kha jumaat ahad ahd cn الاثنين الثلاثاء الأربعاء الخميس "
    "الجمعة السبت الأحد שבת دوشنبه سه‌شنبه چهارشنبه پنجشنبه جمعه شنبه یکشنبه सोमवार सोम मंगलवार "
    "मंगल बुधवार बुध गुरुवार गुरु शुक्रवार शुक्र शनिवार शनि रविवार रवि วันจันทร์ วันอังคาร วันพุธ "
    "วันพฤหัสบดี พฤ วันศุกร์ วันเสาร์ วันอาทิตย์ อา pirmadienis pr antradienis an treciadienis tr "
    "ketvirtadienis kt penktadienis pn sestadienis sekmadienis sk pirmdiena pirmd otrdiena otrd "
    "tresdiena tresd ceturtdiena ceturtd piektdiena piektd sestdiena sestd svetdiena svetd "
    "esmaspaev teisipaev kolmapaev neljapaev reede laupaev puhapaev dilluns dl dimarts dt dimecres "
    "dc dijous dj divendres dv dissabte ds diumenge dg luns mercores xoves xov venres astelehena al "
    "asteartea ar asteazkena az osteguna og ostirala or larunbata lr igandea ig vrydag saterdag "
    "miyerkules miy huwebes huw biyernes biy linggo lin"
)


def _tables() -> dict[str, dict[str, int]]:
    tables: dict[str, dict[str, int]] = {}
    for language, names in _MONTHS.items():
        table = {form: n for n, forms in enumerate(names.split(", "), 1) for form in forms.split("/")}
        if language == "he":
            table |= {"ב" + form: n for form, n in table.items()}  # "in March" is one word
        tables[language] = table
    return tables


_BY_LANGUAGE = _tables()
_ANY: dict[str, int] = {}
for _table in _BY_LANGUAGE.values():
    for _form, _number in _table.items():
        _ANY.setdefault(_form, _number)


MONTH_WORDS = frozenset(_ANY)
"""Keys of all words that name a month in some language."""


@lru_cache(maxsize=4096)
def month_number(word: str, language: str | None = None) -> int | None:
    """The month (1 to 12) that *word* names, in *language* (a BCP 47 tag) before all others, or None.

    Without a language, the first in the table has it: "listopad" is the Polish November, not the Croatian
    October.
    """
    key = name_key(word)
    own = _BY_LANGUAGE.get(language.split("-")[0].lower()) if language else None
    return (own or _ANY).get(key) or _ANY.get(key)


WEEKDAYS = (
    frozenset(_WEEKDAYS.split())
    | {f"{week}{day}" for week in ("星期", "周", "週", "礼拜", "禮拜", "") for day in "一二三四五六日天"}
    | {f"{day}{suffix}" for day in "月火水木金土日" for suffix in ("曜日", "曜", "")}
)

_LABELS = (
    "posted post published publish written created added date dated updated last modified on at the of "
    "and am pm le publie du mis a jour modifie il pubblicato el del de publicado em en o as las los um "
    "uhr veroffentlicht geschrieben vom den d der kl klo geplaatst op om gepubliceerd publicerad "
    "publisert udgivet dnia dne opublikowano data publikacji zverejneno опубликовано г года в от дата "
    "создано опубліковано публикувано pa 发布于 发表于 发布 发表 發佈於 發表於 發布 於 于 更新 更新于 "
    "更新於 日期 时间 時間 公開 公開日 投稿 投稿日 投稿日時 作成日 掲載日 更新日 登録日 작성일 등록일 "
    "게시일 수정일 날짜 입력 yayinlanma tarihi tarih dipublikasikan pada tanggal ngay dang vao luc nam "
    "เมื่อ วันที่ เวลา น نشر في بتاريخ تاريخ פורסם ב בתאריך utc gmt m gada"
)
LABELS = frozenset(name_key(word) for word in _LABELS.split())
"""Keys of words that stand beside a date where no colon shows that they are a label."""

_ENGLISH = "ago out set may mar mars march mag gen lip sen des maj"
ENGLISH_WORDS = frozenset(_ENGLISH.split())
"""Keys of names of months, in one language or another, that are common words of English texts."""
