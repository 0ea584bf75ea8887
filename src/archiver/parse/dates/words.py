"""The words that stand beside printed dates: days of the week, labels, and what joins a date's parts.

Sets of keys (see `months.name_key`) and pieces of regular expressions. The names of days are those of the
Unicode CLDR. "d" and "e" are words here, as is any word that some language puts beside a date; none of them
makes a date by itself.
"""

import re

from archiver.parse.dates.months import name_key

_WEEKDAYS = (
    "monday mon tuesday tue tues wednesday wed weds thursday thu thur thurs friday fri saturday sat sunday "
    "sun lundi lun mardi "
    "mar mercredi mer jeudi jeu vendredi ven samedi sam dimanche dim montag mo dienstag di mittwoch mi "
    "donnerstag do freitag fr samstag sa sonntag so lunes martes miercoles mie jueves jue viernes vie "
    "sabado sab domingo dom segunda-feira seg terca-feira ter quarta-feira qua quinta-feira qui "
    "sexta-feira sex lunedi martedi mercoledi giovedi gio venerdi sabato domenica maandag ma dinsdag "
    "woensdag wo donderdag vrijdag vr zaterdag za zondag zo mandag man tisdag tis onsdag ons torsdag tors "
    "fredag fre lordag lor sondag son tirsdag tirs lørdag lør søndag søn tir tor maanantaina maanantai "
    "tiistaina ti tiistai keskiviikkona ke keskiviikko torstaina to torstai perjantaina pe perjantai "
    "lauantaina la lauantai sunnuntai su manudagur þriðjudagur þri miðvikudagur mið fimmtudagur fim "
    "fostudagur fos laugardagur lau sunnudagur poniedziałek pon wtorek wt sroda sr czwartek czw piatek pt "
    "sobota sob niedziela niedz pondeli po utery ut streda st ctvrtek ct patek pa nedele ne pondelok "
    "utorok stvrtok piatok pi nedela ponedeljek torek sreda sre cetrtek cet petek pet nedelja ned "
    "ponedjeljak utorak uto srijeda sri cetvrtak petak subota sub nedjelja понедељак пон уторак уто среда "
    "сре четвртак чет петак пет субота суб недеља нед понеделник вторник вто четврток петок сабота саб "
    "недела hetfo kedd szerda sze csutortok cs pentek szombat szo vasarnap luni marti miercuri joi vineri "
    "vin sambata duminica dum понедельник пн вт ср четверг чт пятница пт суббота сб воскресенье вс "
    "понеділок вівторок середа четвер пʼятниця неділя нд панядзелак ауторак ау серада чацвер чц пятніца "
    "нядзеля сряда четвъртък петък събота неделя δευτερα δευ τριτη τρι τεταρτη τετ πεμπτη πεμ παρασκευη "
    "παρ σαββατο σαβ κυριακη κυρ pazartesi pzt sali sal carsamba car persembe per cuma cum cumartesi cmt "
    "pazar paz b.e c.a cərsənbə cumə sənbə bazar senin sen selasa sel rabu rab kamis kam jumat jum sabtu "
    "minggu min isnin isn khamis kha jumaat ahad ahd cn الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت "
    "الأحد שבת دوشنبه سه‌شنبه چهارشنبه پنجشنبه جمعه شنبه یکشنبه सोमवार सोम मंगलवार मंगल बुधवार बुध "
    "गुरुवार गुरु शुक्रवार शुक्र शनिवार शनि रविवार रवि วันจันทร์ วันอังคาร วันพุธ วันพฤหัสบดี พฤ วันศุกร์ "
    "วันเสาร์ วันอาทิตย์ อา pirmadienis pr antradienis an treciadienis tr ketvirtadienis kt penktadienis "
    "pn sestadienis sekmadienis sk pirmdiena pirmd otrdiena otrd tresdiena tresd ceturtdiena ceturtd "
    "piektdiena piektd sestdiena sestd svetdiena svetd esmaspaev teisipaev kolmapaev neljapaev reede "
    "laupaev puhapaev dilluns dl dimarts dt dimecres dc dijous dj divendres dv dissabte ds diumenge dg "
    "luns mercores xoves xov venres astelehena al asteartea ar asteazkena az osteguna og ostirala or "
    "larunbata lr igandea ig vrydag saterdag miyerkules miy huwebes huw biyernes biy linggo lin пятниця "
    "дүйсенбі дс сейсенбі сс сәрсенбі бейсенбі бс жұма жм сенбі жексенбі жс дүйшөмбү шейшемби шаршемби "
    "бейшемби жума ишемби жекшемби даваа мягмар лхагва пүрэв баасан бямба ням душанбе сешанбе чоршанбе "
    "панҷшанбе ҷумъа шанбе якшанбе дүшәмбе сишәмбе чәршәмбе пәнҗешәмбе җомга шимбә якшәмбе dushanba "
    "seshanba chorshanba payshanba juma shanba yakshanba duşenbe sişenbe çarşenbe penşenbe anna şenbe "
    "ýekşenbe dush sesh chor pay shan yak ertəsi çərşənbə axşamı cümə be ça ç ca c ş b e hënë hën martë "
    "mërkurë mër enjte enj premte pre shtunë sht diel die ორშაბათი ორშ სამშაბათი სამ ოთხშაბათი ოთხ "
    "ხუთშაბათი ხუთ პარასკევი პარ შაბათი შაბ კვირა კვი երկուշաբթի երկ երեքշաբթի երք չորեքշաբթի չրք "
    "հինգշաբթի հնգ ուրբաթ ուր շաբաթ շբթ կիրակի կիր יום שני שלישי רביעי חמישי שישי ראשון ב ג ד ה ו א "
    "الإثنين سه پیر سوموار منگل بدھ جمعرات جمعہ ہفتہ اتوار دونۍ درېیمه نۍ پينځنۍ बृहस्पतिवार मंगळवार मंगळ "
    "आइतबार आइत सोमबार मङ्गलबार मङ्गल बुधबार बिहिबार बिहि शुक्रबार शनिबार সোমবার সোম মঙ্গলবার মঙ্গল "
    "বুধবার বুধ বৃহস্পতিবার বৃহস্পতি শুক্রবার শুক্র শনিবার শনি রবিবার রবি ਸੋਮਵਾਰ ਸੋਮ ਮੰਗਲਵਾਰ ਮੰਗਲ ਬੁੱਧਵਾਰ "
    "ਬੁੱਧ ਵੀਰਵਾਰ ਵੀਰ ਸ਼ੁੱਕਰਵਾਰ ਸ਼ੁੱਕਰ ਸ਼ਨਿੱਚਰਵਾਰ ਸ਼ਨਿੱਚਰ ਐਤਵਾਰ ਐਤ સોમવાર સોમ મંગળવાર મંગળ બુધવાર બુધ "
    "ગુરુવાર ગુરુ શુક્રવાર શુક્ર શનિવાર શનિ રવિવાર રવિ திங்கள் திங் செவ்வாய் செவ் புதன் புத வியாழன் வியா "
    "வெள்ளி வெள் சனி ஞாயிறு ஞாயி సోమవారం సోమ మంగళవారం మంగళ బుధవారం బుధ గురువారం గురు శుక్రవారం శుక్ర "
    "శనివారం శని ఆదివారం ఆది ಸೋಮವಾರ ಸೋಮ ಮಂಗಳವಾರ ಮಂಗಳ ಬುಧವಾರ ಬುಧ ಗುರುವಾರ ಗುರು ಶುಕ್ರವಾರ ಶುಕ್ರ ಶನಿವಾರ ಶನಿ "
    "ಭಾನುವಾರ ಭಾನು തിങ്കളാഴ്‌ച തിങ്കൾ ചൊവ്വാഴ്ച ചൊവ്വ ബുധനാഴ്‌ച ബുധൻ വ്യാഴാഴ്‌ച വ്യാഴം വെള്ളിയാഴ്‌ച വെള്ളി "
    "ശനിയാഴ്‌ച ശനി ഞായറാഴ്‌ച ഞായർ සඳුදා අඟහරුවාදා බදාදා බ්‍රහස්පතින්දා සිකුරාදා සෙනසුරාදා ඉරිදා จันทร์ "
    "อังคาร พุธ พฤหัสบดี ศุกร์ เสาร์ อาทิตย์ จ อ พ ศ ส ວັນຈັນ ວັນອັງຄານ ວັນພຸດ ວັນພະຫັດ ວັນສຸກ ວັນເສົາ "
    "ວັນອາທິດ ຈັນ ອັງຄານ ພຸດ ພະຫັດ ສຸກ ເສົາ ອາທິດ ចន្ទ អង្គារ ពុធ ព្រហស្បតិ៍ សុក្រ សៅរ៍ អាទិត្យ ច័ន្ទ "
    "တနင်္လာ အင်္ဂါ ဗုဒ္ဓဟူး ကြာသပတေး သောကြာ စနေ တနင်္ဂနွေ 월요일 화요일 수요일 목요일 금요일 토요일 "
    "일요일 월 화 수 목 금 토 일 thứ hai ba tư năm sáu bảy chủ nhật t2 t3 t4 t5 t6 t7 jumatatu jumanne "
    "jumatano alhamisi ijumaa jumamosi jumapili isniin talaado arbaco khamiis jimco sabti axad litinin "
    "talata laraba alhamis jumma'a asabar lahadi isniina msombuluko lwesibili lwesithathu lwesine "
    "lwesihlanu mgqibelo sonto umsombuluko ulwesibili ulwesithathu ulwesine ulwesihlanu umgqibelo isonto "
    "ሰኞ ማክሰኞ ረቡዕ ሐሙስ ዓርብ ቅዳሜ እሑድ luan máirt céadaoin déardaoin aoine satharn domhnach dé llun mawrth "
    "mercher iau gwener sadwrn sul dydd lundo mardo merkredo ĵaŭdo vendredo dimanĉo moandei tiisdei "
    "woansdei tongersdei freed sneon snein méindeg dënschdeg mëttwoch donneschdeg freideg samschdeg "
    "sonndeg it-tnejn it-tlieta l-erbgħa il-ħamis il-ġimgħa is-sibt il-ħadd mánadag týsdag mikudag hósdag "
    "fríggjadag leygardag sunnudag mánudagur föstudagur alatsinainy alarobia alakamisy zoma asabotsy "
    "alahady duşem sêşem çarşem pêncşem în şemî yekşem duşemê lunis venerdì martedì mercoledì giovedì "
    "terça quarta quinta sexta sábado segunda"
)

WEEKDAYS = (
    frozenset(map(name_key, _WEEKDAYS.split()))
    | {f"{week}{day}" for week in ("星期", "周", "週", "礼拜", "禮拜", "") for day in "一二三四五六日天"}
    | {f"{day}{suffix}" for day in "月火水木金土日" for suffix in ("曜日", "曜", "")}
)


def is_weekday(text: str) -> bool:
    """Return whether a text is the name of a day of the week."""
    return len(text) <= _LONGEST_LABEL and name_key(text) in WEEKDAYS


_LABELS = (
    "posted post published publish written created added date dated updated last modified on at the of "
    "and am pm le publie du mis a jour modifie il pubblicato el del de publicado em en o as las los um "
    "uhr veroffentlicht geschrieben vom den d der kl klo geplaatst op om gepubliceerd publicerad "
    "publisert udgivet dnia dne opublikowano data publikacji zverejneno r опубликовано г года в от дата "
    "создано опубліковано публикувано pa 发布于 发表于 发布 发表 發佈於 發表於 發布 於 于 更新 更新于 "
    "更新於 日期 时间 時間 公開 公開日 投稿 投稿日 投稿日時 作成日 掲載日 更新日 登録日 작성일 등록일 "
    "게시일 수정일 날짜 입력 yayinlanma tarihi tarih dipublikasikan pada tanggal ngay dang vao luc nam "
    "เมื่อ วันที่ เวลา น نشر في بتاريخ تاريخ פורסם ב בתאריך utc gmt m gada ng ika noong nai-post mwaka "
    "tarehe ilichapishwa mnamo siku yil йил жылы жылғы ж жыл оны сарын өдөр cü ci tarixi nji ýyl соли تم "
    "تحديث آخر مؤلف شائع شده منتشر تاریخ بروزرسانی انتشار پر کو بتاریخ د دن को दिनांक प्रकाशित तारीख "
    "अपडेट प्रकाशन रोजी তারিখ প্রকাশ প্রকাশিত আপডেট ਮਿਤੀ તારીખ தேதி வெளியிடப்பட்டது తేదీ ದಿನಾಂಕ തീയതി "
    "දිනය เดือน ปี พ.ศ ค.ศ พุทธศักราช คริสต์ศักราช โพสต์เมื่อ เผยแพร่เมื่อ ວັນທີ ເດືອນ ປີ ថ្ងៃទី ថ្ងៃ ខែ "
    "ឆ្នាំ ရက် နေ့ ခုနှစ် လ ရက်နေ့ თ წელი წ թ տարի ամսի пад опубликована објавено објављено датум god "
    "godine objavljeno datum dana години година г. р року року. р. роки vydáno publikováno zverejnené "
    "közzétéve dátum megjelent frissítve publicat la publicării actualizat ενημερώθηκε δημοσιεύτηκε "
    "ημερομηνία στις julkaistu päivitetty actualitzat argitaratua julkaistud avaldatud kuupäev publicēts "
    "paskelbta atnaujinta e.k. oppdatert uppdaterad opdateret bijgewerkt aktualisiert zuletzt "
    "aktualizacja zaktualizowano обновлено изменено оновлено güncelleme yayın yayım dipublikasi "
    "diperbarui diterbitkan diposting oleh disiarkan cập nhật đăng bởi tháng first read est edt cst cdt "
    "mst mdt pst pdt bst cet cest eet eest msk ist jst kst wib wita wit v alle ore"
)

LABELS = frozenset(map(name_key, _LABELS.split()))
"""Keys of words that stand beside a date as its label, without a colon."""

_UPDATES = (
    "updated update modified revised edited changed aktualisiert geandert bearbeitet modifie modifiee "
    "actualise revise actualizado actualizada modificado revisado atualizado atualizada alterado aggiornato "
    "aggiornata modificato bijgewerkt gewijzigd aangepast uppdaterad andrad oppdatert endret opdateret "
    "päivitetty muokattu uppfært aktualizacja zaktualizowano zmieniono aktualizovano upraveno aktualizované "
    "frissítve modositva actualizat modificat ажурирано azurirano posodobljeno обновлено изменено оновлено "
    "змінено обновена ενημερώθηκε guncelleme guncellendi diperbarui cập actualitzat eguneratua uuendatud "
    "atjaunināts atnaujinta تحديث بروزرسانی अपडेट আপডেট ਅਪਡੇਟ 更新 更新于 更新於 更新日 更新日時 "
    "最終更新 最終更新日 最后更新 修改 修改于 수정 수정일 업데이트"
)
_UPDATE_WORDS = frozenset(map(name_key, _UPDATES.split()))
_WORD = re.compile(r"[^\W\d_]+")
_WORDS_BEFORE_DIGIT = re.compile(r"\D*[^\W\d_]\D*")


def is_update_label(text: str) -> bool:
    """Return whether the words before the first digit of a text call its date that of an update."""
    words = _WORDS_BEFORE_DIGIT.match(text[:_LONGEST_LABEL])
    return words is not None and any(name_key(word) in _UPDATE_WORDS for word in _WORD.findall(words[0]))


_LONGEST_LABEL = 40
"""Characters of a label: a longer text before a date is a sentence."""

ORDINAL = (
    r"(?::?(?:e|a)|st|nd|rd|th|er|ère|ème|re|e|º|ª|°|a|an|ê|mh|טן|-?(?:го|е|й|я|ые|ші|нчы|нче|chi|si|ga|an|a|én|án|jén|i|"
    r"нд|да)|\(a\)|[日號号일])?"
)
"""What follows the number of a day."""
JOINS_MONTH = (
    r"(?:(?:de|(?:day\s+)?of|di|ngày|al|na|ta|lui|ng|dhen|ye|เดือน|ເດືອນ|ខែ|ماه|ที่)\s+|d['’]|(?:ta|a)['’]\s?)?"
)
"""What joins the day to a month's name after it."""
JOINS_YEAR = (
    r"(?:(?:del?(?:\s+su)?|of|năm|anul|do|dal|a|พ\.ศ\.|ค\.ศ\.|พุทธศักราช|คริสต์ศักราช|ปี|ປີ|ឆ្នាំ|سنة|عام|سال)\s*)?"
)
"""What joins a year to a month's name or a day before it."""
YEAR_WORD = (
    r"(?:\s?(?:年|년|m\.|m|թ[.․]|د|оны|ж\.|ж|жылы|жылғы|жыл|йил|ел|е?ko|\(e\)ko|\.?\s?(?:g\.|gada)|yil|ýyl\w*)"
    r"|-(?:ж\.|жылы|yil|ko|nji\s\w+))?"
)
"""What follows a year that stands before its month."""
