"""The names of the months in ninety languages: a table.

`WIDELY_USED` and `MORE` map language tags to twelve months. Commas stand between months, slashes between the
forms of one month. The names, wide and abbreviated, inflected and not, are those of the Unicode CLDR, with
some that pages print beside them; `benchmarks/dates.py` checks them against it. A name of up to three Latin
letters in `MORE` counts only on pages in that language.
"""

WIDELY_USED = {
    "en": (
        "January/Jan, February/Feb, March/Mar, April/Apr, May, June/Jun, July/Jul, August/Aug, "
        "September/Sep/Sept, October/Oct, November/Nov, December/Dec"
    ),
    "fr": (
        "janvier/janv/jan, février/févr/fév, mars, avril/avr, mai, juin, juillet/juil/juill/jul, août/aoû, "
        "septembre/sept, octobre/oct, novembre/nov, décembre/déc"
    ),
    "de": (
        "Januar/Jan/Jänner/Jän, Februar/Feb/Feber, März/Mär/Mrz, April/Apr, Mai, Juni/Jun, Juli/Jul, "
        "August/Aug, September/Sept/Sep, Oktober/Okt, November/Nov, Dezember/Dez"
    ),
    "es": (
        "enero/ene, febrero/feb, marzo/mar, abril/abr, mayo/may, junio/jun, julio/jul, agosto/ago, "
        "septiembre/sept/sep/setiembre/set, octubre/oct, noviembre/nov, diciembre/dic"
    ),
    "pt": (
        "janeiro/jan, fevereiro/fev, março/mar, abril/abr, maio/mai, junho/jun, julho/jul, agosto/ago, "
        "setembro/set, outubro/out, novembro/nov, dezembro/dez"
    ),
    "it": (
        "gennaio/gen/genn, febbraio/feb/febb, marzo/mar, aprile/apr, maggio/mag, giugno/giu, "
        "luglio/lug, agosto/ago, settembre/set/sett, ottobre/ott, novembre/nov, dicembre/dic"
    ),
    "nl": (
        "januari/jan, februari/feb, maart/mrt, april/apr, mei, juni/jun, juli/jul, augustus/aug, "
        "september/sep/sept, oktober/okt, november/nov, december/dec"
    ),
    "sv": (
        "januari/jan, februari/feb/febr, mars, april/apr, maj, juni, juli, augusti/aug, "
        "september/sep/sept, oktober/okt, november/nov, december/dec"
    ),
    "da": (
        "januar/jan, februar/feb, marts/mar, april/apr, maj, juni/jun, juli/jul, august/aug, "
        "september/sep/sept, oktober/okt, november/nov, december/dec"
    ),
    "nb nn no": (
        "januar/jan, februar/feb, mars/mar, april/apr, mai, juni/jun, juli/jul, august/aug, "
        "september/sep/sept, oktober/okt, november/nov, desember/des"
    ),
    "fi": (
        "tammikuuta/tammikuu/tammi/tammik, helmikuuta/helmikuu/helmi/helmik, "
        "maaliskuuta/maaliskuu/maalis/maalisk, huhtikuuta/huhtikuu/huhti/huhtik, "
        "toukokuuta/toukokuu/touko/toukok, kesäkuuta/kesäkuu/kesä/kesäk, "
        "heinäkuuta/heinäkuu/heinä/heinäk, elokuuta/elokuu/elo/elok, syyskuuta/syyskuu/syys/syysk, "
        "lokakuuta/lokakuu/loka/lokak, marraskuuta/marraskuu/marras/marrask, "
        "joulukuuta/joulukuu/joulu/jouluk"
    ),
    "pl": (
        "stycznia/styczeń/sty, lutego/luty/lut, marca/marzec/mar, kwietnia/kwiecień/kwi, maja/maj, "
        "czerwca/czerwiec/cze, lipca/lipiec/lip, sierpnia/sierpień/sie, września/wrzesień/wrz, "
        "października/październik/paź, listopada/listopad/lis, grudnia/grudzień/gru"
    ),
    "cs": (
        "ledna/leden/led, února/únor/úno, března/březen/bře, dubna/duben/dub, května/květen/kvě, "
        "června/červen/čvn, července/červenec/čvc, srpna/srpen/srp, září/zář, října/říjen/říj, "
        "listopadu/listopad/lis, prosince/prosinec/pro"
    ),
    "sk": (
        "januára/január/jan, februára/február/feb, marca/marec/mar, apríla/apríl/apr, mája/máj, "
        "júna/jún, júla/júl, augusta/august/aug, septembra/september/sep, októbra/október/okt, "
        "novembra/november/nov, decembra/december/dec"
    ),
    "hu": (
        "január/jan, február/febr/feb, március/márc, április/ápr, május/máj, június/jún, július/júl, "
        "augusztus/aug, szeptember/szept/szep, október/okt, november/nov, december/dec"
    ),
    "ro": (
        "ianuarie/ian, februarie/feb, martie/mar, aprilie/apr, mai, iunie/iun, iulie/iul, august/aug, "
        "septembrie/sept/sep, octombrie/oct, noiembrie/nov/noi, decembrie/dec"
    ),
    "ru": (
        "января/январь/янв, февраля/февраль/февр/фев, марта/март/мар, апреля/апрель/апр, мая/май, "
        "июня/июнь/июн, июля/июль/июл, августа/август/авг, сентября/сентябрь/сент/сен, "
        "октября/октябрь/окт, ноября/ноябрь/нояб/ноя, декабря/декабрь/дек"
    ),
    "uk": (
        "січня/січень/січ, лютого/лютий/лют, березня/березень/бер, квітня/квітень/квіт/кві, "
        "травня/травень/трав/тра, червня/червень/черв/чер, липня/липень/лип, серпня/серпень/серп/сер, "
        "вересня/вересень/вер, жовтня/жовтень/жовт/жов, листопада/листопад/лист/лис, "
        "грудня/грудень/груд/гру"
    ),
    "el": (
        "Ιανουαρίου/Ιανουάριος/Ιαν, Φεβρουαρίου/Φεβρουάριος/Φεβ, Μαρτίου/Μάρτιος/Μαρ/Μάρτ, "
        "Απριλίου/Απρίλιος/Απρ, Μαΐου/Μάιος/Μάι, Ιουνίου/Ιούνιος/Ιουν, Ιουλίου/Ιούλιος/Ιουλ, "
        "Αυγούστου/Αύγουστος/Αυγ, Σεπτεμβρίου/Σεπτέμβριος/Σεπ/Σεπτ, Οκτωβρίου/Οκτώβριος/Οκτ, "
        "Νοεμβρίου/Νοέμβριος/Νοε/Νοεμ, Δεκεμβρίου/Δεκέμβριος/Δεκ"
    ),
    "tr": (
        "Ocak/Oca, Şubat/Şub, Mart/Mar, Nisan/Nis, Mayıs/May, Haziran/Haz, Temmuz/Tem, Ağustos/Ağu, "
        "Eylül/Eyl, Ekim/Eki, Kasım/Kas, Aralık/Ara"
    ),
    "id jv su": (
        "Januari/Jan/Pébruari, Februari/Feb/Pebruari/Peb, Maret/Mar, April/Apr, Mei/Méi/Mèi, Juni/Jun, "
        "Juli/Jul, Agustus/Agu/Agt/Ags/Agust, September/Sep/Sépt/Séptémber, Oktober/Okt/Oktobér, "
        "November/Nov/Nopember/Nop/Novémber, Desember/Des/Désémber"
    ),
}
MORE = {
    "be": (
        "студзеня/студзень/сту/студ, лютага/люты/лют, сакавіка/сакавік/сак, "
        "красавіка/красавік/кра/крас, мая/май/траўня/травень, чэрвеня/чэрвень/чэр/чэрв, "
        "ліпеня/ліпень/ліп, жніўня/жнівень/жні/жнів, верасня/верасень/вер, "
        "кастрычніка/кастрычнік/кас/кастр, лістапада/лістапад/ліс/ліст, снежня/снежань/сне/снеж"
    ),
    "bg": (
        "януари/яну, февруари/фев, март/мар, април/апр, май, юни, юли, август/авг, септември/сеп/септ, "
        "октомври/окт, ноември/ное, декември/дек"
    ),
    "mk": (
        "јануари/јан, февруари/фев, март/мар, април/апр, мај, јуни/јун, јули/јул, август/авг, "
        "септември/сеп/септ, октомври/окт, ноември/ное/ноем, декември/дек"
    ),
    "sr bs cnr": (
        "јануар/јан/januar/jan, фебруар/феб/februar/feb, март/мар/mart/mar, април/апр/april/apr, "
        "мај/maj, јун/јуни/jun/juni, јул/јули/jul/juli, август/авг/avgust/august/avg/aug, "
        "септембар/сеп/септ/septembar/sep/sept, октобар/окт/oktobar/okt, "
        "новембар/нов/новем/novembar/nov, децембар/дец/decembar/dec"
    ),
    "hr": (
        "siječnja/siječanj/sij, veljače/veljača/velj/vel, ožujka/ožujak/ožu, travnja/travanj/tra, "
        "svibnja/svibanj/svi, lipnja/lipanj/lip, srpnja/srpanj/srp, kolovoza/kolovoz/kol, "
        "rujna/rujan/ruj, listopada/listopad/lis, studenoga/studenog/studeni/stu, prosinca/prosinac/pro"
    ),
    "sl": (
        "januarja/januar/jan, februarja/februar/feb, marca/marec/mar, aprila/april/apr, maja/maj, "
        "junija/junij/jun, julija/julij/jul, avgusta/avgust/avg, septembra/september/sep/sept, "
        "oktobra/oktober/okt, novembra/november/nov, decembra/december/dec"
    ),
    "az": (
        "yanvar/yan, fevral/fev, mart/mar, aprel/apr, may, iyun/iyn, iyul/iyl, avqust/avq, "
        "sentyabr/sen, oktyabr/okt, noyabr/noy, dekabr/dek"
    ),
    "ms": (
        "Januari/Jan, Februari/Feb, Mac, April/Apr, Mei, Jun, Julai/Jul, Ogos/Ogo, September/Sep, "
        "Oktober/Okt, November/Nov, Disember/Dis"
    ),
    "ar": (
        "يناير/كانون الثاني/جانفي, فبراير/شباط/فيفري, مارس/آذار, أبريل/إبريل/نيسان/أفريل, "
        "مايو/أيار/ماي, يونيو/يونية/حزيران/جوان, يوليو/يولية/تموز/جويلية/يوليوز, أغسطس/آب/أوت/غشت, "
        "سبتمبر/أيلول/شتنبر, أكتوبر/تشرين الأول, نوفمبر/تشرين الثاني/نونبر, ديسمبر/كانون الأول/دجنبر"
    ),
    "he": (
        "ינואר/ינו, פברואר/פבר, מרץ/מרס, אפריל/אפר, מאי, יוני, יולי, אוגוסט/אוג, ספטמבר/ספט, "
        "אוקטובר/אוק, נובמבר/נוב, דצמבר/דצמ"
    ),
    "yi": (
        "יאַנואַר/יאַנ, פֿעברואַר/פֿעב, מערץ, אַפּריל/אַפּר, מיי, יוני, יולי, אויגוסט/אויג, "
        "סעפּטעמבער/סעפּ, אקטאבער/אקט, נאוועמבער/נאוו, דעצעמבער/דעצ"
    ),
    "fa": ("ژانویهٔ, فوریهٔ, مارس, آوریل, مهٔ/می, ژوئن, ژوئیهٔ/جولای, اوت/آگوست, سپتامبر, اکتبر, نوامبر, دسامبر"),
    "ps": "جنوري, فبروري/فېبروري, مارچ, اپریل, مۍ, جون, جولای, اګست, سېپتمبر/سپتمبر, اکتوبر, نومبر, دسمبر",
    "ur": "جنوری, فروری, مارچ, اپریل, مئی, جون, جولائی, اگست, ستمبر, اکتوبر, نومبر, دسمبر",
    "sd": "جنوري, فيبروري, مارچ, اپريل, مئي, جون, جولاءِ, آگسٽ, سيپٽمبر, آڪٽوبر, نومبر, ڊسمبر",
    "ug": "يانۋار, فېۋرال, مارت, ئاپرېل, ماي, ئىيۇن, ئىيۇل, ئاۋغۇست, سېنتەبىر, ئۆكتەبىر, نويابىر, دېكابىر",
    "hi": (
        "जनवरी/जन॰/जन, फ़रवरी/फ़र॰/फ़र, मार्च, अप्रैल, मई, जून, जुलाई/जुल॰/जुल, अगस्त/अग॰/अग, "
        "सितंबर/सितम्बर/सित॰/सित, अक्टूबर/अक्तूबर/अक्तू॰/अक्टू॰/अक्टू, नवंबर/नवम्बर/नव॰/नव, "
        "दिसंबर/दिसम्बर/दिस॰/दिस"
    ),
    "mr": (
        "जानेवारी/जाने, फेब्रुवारी/फेब्रु, मार्च, एप्रिल/एप्रि, मे, जून, जुलै, ऑगस्ट/ऑग, "
        "सप्टेंबर/सप्टें, ऑक्टोबर/ऑक्टो, नोव्हेंबर/नोव्हें, डिसेंबर/डिसें"
    ),
    "ne": ("जनवरी, फेब्रुअरी/फेब्रवरी, मार्च, अप्रिल, मे, जुन, जुलाई, अगस्ट/अगस्त, सेप्टेम्बर, अक्टोबर, नोभेम्बर, डिसेम्बर"),
    "bn": (
        "জানুয়ারী/জানুয়ারি/জানু, ফেব্রুয়ারী/ফেব্রুয়ারি/ফেব, মার্চ, এপ্রিল/এপ্রি, মে, জুন, "
        "জুলাই/জুল, আগস্ট/অগস্ট/আগ, সেপ্টেম্বর/সেপ, অক্টোবর/অক্টো, নভেম্বর/নভে, ডিসেম্বর/ডিসে"
    ),
    "as": (
        "জানুৱাৰী/জানু, ফেব্ৰুৱাৰী/ফেব্ৰু, মাৰ্চ, এপ্ৰিল, মে’/মে, জুন, জুলাই, আগষ্ট/আগ, "
        "ছেপ্তেম্বৰ/ছেপ্তে, অক্টোবৰ/অক্টো, নৱেম্বৰ/নৱে, ডিচেম্বৰ/ডিচে"
    ),
    "pa": (
        "ਜਨਵਰੀ/ਜਨ, ਫ਼ਰਵਰੀ/ਫ਼ਰ, ਮਾਰਚ, ਅਪ੍ਰੈਲ/ਅਪ੍ਰੈ, ਮਈ, ਜੂਨ, ਜੁਲਾਈ/ਜੁਲਾ, ਅਗਸਤ/ਅਗ, ਸਤੰਬਰ/ਸਤੰ, ਅਕਤੂਬਰ/ਅਕਤੂ, ਨਵੰਬਰ/ਨਵੰ, ਦਸੰਬਰ/ਦਸੰ"
    ),
    "gu": (
        "જાન્યુઆરી/જાન્યુ, ફેબ્રુઆરી/ફેબ્રુ, માર્ચ, એપ્રિલ, મે, જૂન, જુલાઈ, ઑગસ્ટ/ઓગસ્ટ, "
        "સપ્ટેમ્બર/સપ્ટે, ઑક્ટોબર/ઓક્ટોબર/ઑક્ટો, નવેમ્બર/નવે, ડિસેમ્બર/ડિસે"
    ),
    "or": ("ଜାନୁଆରୀ, ଫେବୃଆରୀ/ଫେବ୍ରୁୟାରୀ, ମାର୍ଚ୍ଚ, ଅପ୍ରେଲ, ମଇ, ଜୁନ, ଜୁଲାଇ, ଅଗଷ୍ଟ, ସେପ୍ଟେମ୍ବର, ଅକ୍ଟୋବର, ନଭେମ୍ବର, ଡିସେମ୍ବର"),
    "ta": (
        "ஜனவரி/ஜன, பிப்ரவரி/பிப், மார்ச்/மார், ஏப்ரல்/ஏப், மே, ஜூன், ஜூலை, ஆகஸ்ட்/ஆக, செப்டம்பர்/செப், "
        "அக்டோபர்/அக், நவம்பர்/நவ, டிசம்பர்/டிச"
    ),
    "te": (
        "జనవరి/జన, ఫిబ్రవరి/ఫిబ్ర, మార్చి, ఏప్రిల్/ఏప్రి, మే, జూన్, జులై/జూలై, ఆగస్టు/ఆగ, "
        "సెప్టెంబర్/సెప్టెం, అక్టోబర్/అక్టో, నవంబర్/నవం, డిసెంబర్/డిసెం"
    ),
    "kn": (
        "ಜನವರಿ/ಜನ, ಫೆಬ್ರವರಿ/ಫೆಬ್ರ/ಫೆಬ್ರು, ಮಾರ್ಚ್/ಮಾರ್ಚ, ಏಪ್ರಿಲ್/ಏಪ್ರಿ, ಮೇ, ಜೂನ್, ಜುಲೈ, ಆಗಸ್ಟ್/ಆಗ/ಆಗಸ್ಟ, "
        "ಸೆಪ್ಟೆಂಬರ್/ಸೆಪ್ಟೆಂ, ಅಕ್ಟೋಬರ್/ಅಕ್ಟೋ, ನವೆಂಬರ್/ನವೆಂ, ಡಿಸೆಂಬರ್/ಡಿಸೆಂ"
    ),
    "ml": (
        "ജനുവരി/ജനു, ഫെബ്രുവരി/ഫെബ്രു, മാർച്ച്/മാർ, ഏപ്രിൽ/ഏപ്രി, മേയ്/മെയ്, ജൂൺ, ജൂലൈ, "
        "ഓഗസ്റ്റ്/ഓഗ/ആഗസ്റ്റ്, സെപ്റ്റംബർ/സെപ്റ്റം, ഒക്‌ടോബർ/ഒക്ടോബർ/ഒക്ടോ, നവംബർ/നവം, ഡിസംബർ/ഡിസം"
    ),
    "si": (
        "ජනවාරි/ජන, පෙබරවාරි/පෙබ, මාර්තු/මාර්, අප්‍රේල්/අප්‍රේල්‌, මැයි, ජූනි, ජූලි, අගෝස්තු/අගෝ, "
        "සැප්තැම්බර්/සැප්, ඔක්තෝබර්/ඔක්, නොවැම්බර්/නොවැ, දෙසැම්බර්/දෙසැ"
    ),
    "th": (
        "มกราคม/ม.ค, กุมภาพันธ์/ก.พ, มีนาคม/มี.ค, เมษายน/เม.ย, พฤษภาคม/พ.ค, มิถุนายน/มิ.ย, กรกฎาคม/ก.ค, "
        "สิงหาคม/ส.ค, กันยายน/ก.ย, ตุลาคม/ต.ค, พฤศจิกายน/พ.ย, ธันวาคม/ธ.ค"
    ),
    "lo": (
        "ມັງກອນ/ມ.ກ, ກຸມພາ/ກ.ພ, ມີນາ/ມ.ນ, ເມສາ/ມ.ສ, ພຶດສະພາ/ພ.ພ, ມິຖຸນາ/ມິ.ຖ, ກໍລະກົດ/ກ.ລ, ສິງຫາ/ສ.ຫ, "
        "ກັນຍາ/ກ.ຍ, ຕຸລາ/ຕ.ລ, ພະຈິກ/ພ.ຈ, ທັນວາ/ທ.ວ"
    ),
    "km": "មករា, កុម្ភៈ/កុម្ភ:, មីនា/មិនា, មេសា, ឧសភា, មិថុនា, កក្កដា, សីហា, កញ្ញា, តុលា, វិច្ឆិកា, ធ្នូ",
    "my": (
        "ဇန်နဝါရီ/ဇန်, ဖေဖော်ဝါရီ/ဖေ, မတ်, ဧပြီ/ဧ, မေ, ဇွန်, ဇူလိုင်/ဇူ, ဩဂုတ်/သြဂုတ်/ဩ, စက်တင်ဘာ/စက်, "
        "အောက်တိုဘာ/အောက်, နိုဝင်ဘာ/နို, ဒီဇင်ဘာ/ဒီ"
    ),
    "ka": (
        "იანვარი/იანვ/იან, თებერვალი/თებ, მარტი/მარ, აპრილი/აპრ, მაისი/მაი, ივნისი/ივნ, ივლისი/ივლ, "
        "აგვისტო/აგვ, სექტემბერი/სექ, ოქტომბერი/ოქტ, ნოემბერი/ნოე, დეკემბერი/დეკ"
    ),
    "hy": (
        "հունվարի/հունվար/հնվ, փետրվարի/փետրվար/փտվ, մարտի/մարտ/մրտ, ապրիլի/ապրիլ/ապր, "
        "մայիսի/մայիս/մյս, հունիսի/հունիս/հնս, հուլիսի/հուլիս/հլս, օգոստոսի/օգոստոս/օգս, "
        "սեպտեմբերի/սեպտեմբեր/սեպ, հոկտեմբերի/հոկտեմբեր/հոկ, նոյեմբերի/նոյեմբեր/նոյ, "
        "դեկտեմբերի/դեկտեմբեր/դեկ"
    ),
    "kk": (
        "қаңтар/қаң, ақпан/ақп, наурыз/нау, сәуір/сәу, мамыр/мам, маусым/мау, шілде/шіл, тамыз/там, "
        "қыркүйек/қыр, қазан/қаз, қараша/қар, желтоқсан/жел"
    ),
    "ky": (
        "январь/янв, февраль/фев, март/мар, апрель/апр, май, июнь/июн, июль/июл, август/авг, "
        "сентябрь/сен, октябрь/окт, ноябрь/ноя, декабрь/дек"
    ),
    "tg": (
        "январ/янв, феврал/фев, март/мар, апрел/апр, май, июн, июл, август/авг, сентябр/сен, "
        "октябр/окт, ноябр/ноя, декабр/дек"
    ),
    "tt": (
        "гыйнвар/гыйн, февраль/фев, март/мар, апрель/апр, май, июнь, июль, август/авг, сентябрь/сент, "
        "октябрь/окт, ноябрь/нояб, декабрь/дек"
    ),
    "tk": (
        "ýanwar/ýan, fewral/few, mart, aprel/apr, maý, iýun, iýul, awgust/awg, sentýabr/sen, "
        "oktýabr/okt, noýabr/noý, dekabr/dek"
    ),
    "uz": (
        "yanvar/yan, fevral/fev, mart/mar, aprel/apr, may, iyun/iyn, iyul/iyl, avgust/avg, "
        "sentabr/sentyabr/sen, oktabr/oktyabr/okt, noyabr/noy, dekabr/dek"
    ),
    "ku": (
        "rêbendan/rêbendana/rêbendanê/çile/çileya/çileyê/rbn/rbna/rbnê/çil/çila/çilê, "
        "sibat/sibata/sibatê/reşemî/sbt/sbta/sbtê/sib/siba/sibê, "
        "adar/adara/adarê/adr/adra/adrê/ada/adaa/adaê, nîsan/nîsana/nîsanê/nsn/nsna/nsnê/nîs/nîsa/nîsê, "
        "gulan/gulana/gulanê/gln/glna/glnê/gul/gula/gulê, "
        "hezîran/hezîrana/hezîranê/pûşper/pûşpera/pûşperê/hzr/hzra/hzrê/hez/heza/hezê, "
        "tîrmeh/tîrmeha/tîrmehê/trm/trma/trmê/tîr/tîra/tîrê, "
        "tebax/tebaxa/tebaxê/gelawêj/gelawêja/gelawêjê/tbx/tbxa/tbxê/teb/teba/tebê, "
        "îlon/îlona/îlonê/rezber/rezbera/rezberê/îln/îlna/îlnê/îlo/îloa/îloê, "
        "cotmeh/cotmeha/cotmehê/kewçêr/kewçêra/kewçêrê/cot/cota/cotê, "
        "mijdar/mijdara/mijdarê/sermawez/sermaweza/sermawezê/mjd/mjda/mjdê/mij/mija/mijê, "
        "berfanbar/berfanbara/berfanbarê/befranbar/befranbara/befranbarê/brf/brfa/brfê/ber/bera/berê"
    ),
    "sq": (
        "janar/jan, shkurt/shk, mars/mar, prill/pri, maj, qershor/qer, korrik/korr/kor, gusht/gush/gsh, "
        "shtator/sht/shtat, tetor/tet, nëntor/nën, dhjetor/dhj"
    ),
    "lt": (
        "sausio/sausis/saus/sau, vasario/vasaris/vas, kovo/kovas/kov, balandžio/balandis/bal, "
        "gegužės/gegužė/geg, birželio/birželis/birž, liepos/liepa/liep, rugpjūčio/rugpjūtis/rugp, "
        "rugsėjo/rugsėjis/rugs, spalio/spalis/spal, lapkričio/lapkritis/lapkr, gruodžio/gruodis/gruod"
    ),
    "lv": (
        "janvāris/janvārī/janvāra/janv, februāris/februārī/februāra/febr, marts/martā/marta, "
        "aprīlis/aprīlī/aprīļa/apr, maijs/maijā/maija, jūnijs/jūnijā/jūnija/jūn, "
        "jūlijs/jūlijā/jūlija/jūl, augusts/augustā/augusta/aug, septembris/septembrī/septembra/sept, "
        "oktobris/oktobrī/oktobra/okt, novembris/novembrī/novembra/nov, decembris/decembrī/decembra/dec"
    ),
    "et": (
        "jaanuar/jaan, veebruar/veebr/veeb, märts, aprill/apr, mai, juuni, juuli, august/aug, "
        "september/sept/sep, oktoober/okt, november/nov, detsember/dets"
    ),
    "ca": (
        "gener/gen, febrer/febr/feb, març, abril/abr, maig, juny, juliol/jul, agost/ag, setembre/set, "
        "octubre/oct, novembre/nov, desembre/des"
    ),
    "gl": (
        "xaneiro/xan, febreiro/feb, marzo/mar, abril/abr, maio, xuño, xullo/xul, agosto/ago, "
        "setembro/set, outubro/out, novembro/nov, decembro/dec"
    ),
    "eu": (
        "urtarrilaren/urtarrilak/urtarrila/urt, otsailaren/otsailak/otsaila/ots, "
        "martxoaren/martxoak/martxoa/mar, apirilaren/apirilak/apirila/api, "
        "maiatzaren/maiatzak/maiatza/mai, ekainaren/ekainak/ekaina/eka, "
        "uztailaren/uztailak/uztaila/uzt, abuztuaren/abuztuak/abuztua/abu, "
        "irailaren/irailak/iraila/ira, urriaren/urriak/urria/urr, azaroaren/azaroak/azaroa/aza, "
        "abenduaren/abenduak/abendua/abe"
    ),
    "is": (
        "janúar/jan, febrúar/feb, mars/mar, apríl/apr, maí, júní/jún, júlí/júl, ágúst/ágú, "
        "september/sep/sept, október/okt, nóvember/nóv, desember/des"
    ),
    "fo": (
        "januar/jan, februar/feb, mars/mar, apríl/apr, mai, juni/jun, juli/jul, august/aug, "
        "september/sep, oktober/okt, november/nov, desember/des"
    ),
    "lb": (
        "Januar/Jan, Februar/Feb/Febr, Mäerz/Mäe, Abrëll/Abr, Mee, Juni, Juli, August/Aug, "
        "September/Sept/Sep, Oktober/Okt, November/Nov, Dezember/Dez"
    ),
    "fy": (
        "jannewaris/jan, febrewaris/feb, maart/mrt, april/apr, maaie/mai, juny/jun, july/jul, "
        "augustus/aug, septimber/sep, oktober/okt, novimber/nov, desimber/des"
    ),
    "af": (
        "Januarie/Jan, Februarie/Feb, Maart/Mrt, April/Apr, Mei, Junie/Jun, Julie/Jul, Augustus/Aug, "
        "September/Sep/Sept, Oktober/Okt, November/Nov, Desember/Des"
    ),
    "mt": (
        "Jannar/Jan, Frar/Fra, Marzu/Mar, April/Apr, Mejju/Mej, Ġunju/Ġun, Lulju/Lul, Awwissu/Aww, "
        "Settembru/Set, Ottubru/Ott, Novembru/Nov, Diċembru/Diċ"
    ),
    "ga": (
        "Eanáir/Ean, Feabhra/Feabh, Márta, Aibreán/Aib, Bealtaine/Beal, Meitheamh/Meith, Iúil, "
        "Lúnasa/Lún, Meán Fómhair/MFómh, Deireadh Fómhair/DFómh, Samhain/Samh, Nollaig/Noll"
    ),
    "cy": (
        "Ionawr/Ion, Chwefror/Chwef/Chwe, Mawrth/Maw, Ebrill/Ebr, Mai, Mehefin/Meh, "
        "Gorffennaf/Gorff/Gor, Awst, Medi, Hydref/Hyd, Tachwedd/Tach, Rhagfyr/Rhag"
    ),
    "eo": (
        "januaro/jan, februaro/feb, marto/mar, aprilo/apr, majo/maj, junio/jun, julio/jul, aŭgusto/aŭg, "
        "septembro/sep, oktobro/okt, novembro/nov, decembro/dec"
    ),
    "fil tl ceb": (
        "Enero/Ene, Pebrero/Peb/Pebr, Marso/Mar, Abril/Abr, Mayo/May, Hunyo/Hun, Hulyo/Hul, Agosto/Ago, "
        "Setyembre/Septyembre/Set/Sep, Oktubre/Okt, Nobyembre/Nob, Disyembre/Dis"
    ),
    "vi": (
        "tháng một, tháng hai, tháng ba, tháng tư, tháng năm, tháng sáu, tháng bảy, tháng tám, tháng "
        "chín, tháng mười, tháng mười một, tháng mười hai"
    ),
    "sw": (
        "Januari/Jan, Februari/Feb, Machi/Mac, Aprili/Apr, Mei, Juni/Jun, Julai/Jul, Agosti/Ago, "
        "Septemba/Sep, Oktoba/Okt, Novemba/Nov, Desemba/Des"
    ),
    "so": (
        "Jannaayo/Janaayo/Jan, Febraayo/Feb, Maarso/Mar, Abriil/Abr, Maajo/Maayo/May, Juun/Jun, "
        "Luulyo/Lul, Agoosto/Ogosto/Ogs/Ago, Sebteembar/Sebtembar/Seb/Sep, Oktoobar/Okt, Nofeembar/Nof, "
        "Diseembar/Dis"
    ),
    "ha": (
        "Janairu/Jan, Faburairu/Fab, Maris/Mar, Afirilu/Afi, Mayu/May, Yuni/Yun, Yuli/Yul, Agusta/Agu, "
        "Satumba/Sat, Oktoba/Okt, Nuwamba/Nuw, Disamba/Dis"
    ),
    "ig": (
        "Jenụwarị/Jen, Febrụwarị/Feb, Maachị/Maa, Epreel/Epr, Mee, Jun/Juun/Juu, Julaị/Jul, Ọgọọst/Ọgọ, "
        "Septemba/Sep, Ọktoba/Ọkt, Novemba/Nov, Disemba/Dis"
    ),
    "yo": (
        "Oṣù Ṣẹ́rẹ́/Ṣẹ́rẹ́/Ṣẹ́r, Oṣù Èrèlè/Èrèlè/Èrèl, Oṣù Ẹrẹ̀nà/Ẹrẹ̀nà/Ẹrẹ̀n, Oṣù Ìgbé/Ìgbé/Ìgb, Oṣù "
        "Ẹ̀bibi/Ẹ̀bibi/Ẹ̀bi, Oṣù Òkúdu/Òkúdu/Òkú, Oṣù Agẹmọ/Agẹmọ/Agẹ, Oṣù Ògún/Ògún/Ògú, Oṣù "
        "Owewe/Owewe/Owe, Oṣù Ọ̀wàrà/Ọ̀wàrà/Ọ̀wà, Oṣù Bélú/Bélú/Bél, Oṣù Ọ̀pẹ̀/Ọ̀pẹ̀/Ọ̀pẹ"
    ),
    "zu": (
        "Januwari/Jan, Februwari/Feb, Mashi/Mas, Ephreli/Eph, Meyi/Mey, Juni/Jun, Julayi/Jul, "
        "Agasti/Aga, Septhemba/Sep, Okthoba/Okt, Novemba/Nov, Disemba/Dis"
    ),
    "xh": (
        "Janyuwari/Jan, Februwari/Feb, Matshi/Mat, Aprili/Epreli/Epr/Apr, Meyi/Mey, Juni/Jun, "
        "Julayi/Jul, Agasti/Aga, Septemba/Septemba/Sept/Sep, Okthobha/Okt, Novemba/Nov, Disemba/Dis"
    ),
    "mg": (
        "Janoary/Jan, Febroary/Feb, Martsa/Mar, Aprily/Apr, Mey, Jona/Jon, Jolay/Jol, Aogositra/Aog, "
        "Septambra/Sep, Oktobra/Okt, Novambra/Nov, Desambra/Des"
    ),
    "am": (
        "ጃንዋሪ/ጃንዩወሪ/ጃን, ፌብሩዋሪ/ፌብሩወሪ/ፌብ, ማርች, ኤፕሪል/ኤፕሪ, ሜይ, ጁን, ጁላይ, ኦገስት/ኦገስ, ሴፕቴምበር/ሴፕቴ, ኦክቶበር/ኦክቶ, "
        "ኖቬምበር/ኖቬም, ዲሴምበር/ዲሴም"
    ),
    "mn": (
        "нэгдүгээр сар/нэгдүгээр сарын, хоёрдугаар сар/хоёрдугаар сарын, гуравдугаар сар/гуравдугаар "
        "сарын, дөрөвдүгээр сар/дөрөвдүгээр сарын, тавдугаар сар/тавдугаар сарын, зургаадугаар "
        "сар/зургаадугаар сарын, долоодугаар сар/долоодугаар сарын/долдугаар сар, наймдугаар "
        "сар/наймдугаар сарын, есдүгээр сар/есдүгээр сарын, аравдугаар сар/аравдугаар сарын, арван "
        "нэгдүгээр сар/арван нэгдүгээр сарын, арван хоёрдугаар сар/арван хоёрдугаар сарын"
    ),
    "zh": "一月, 二月, 三月, 四月, 五月, 六月, 七月, 八月, 九月, 十月, 十一月, 十二月",
}
