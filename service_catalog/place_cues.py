"""Words that tell what a place is to the writer, in Finnish as it is spoken, Swedish and English.

Each pattern is matched against whole lower-case words; `\\w*` stands where any ending will do.
"""

from __future__ import annotations

import re


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(' '.join(alternatives).split())})$")


LIVE = _words(
    r"asun(?:ki|kin)? asuu?n asustel\w* asuskel\w* asust(?:an|aa) asumme asumma asutaan asuva\w* asut\w*",
    r"asumassa asumas kirjoilla koton\w* kotikaup\w* kotikun\w* kotipaik\w* kotikyl\w* kotini? himas?\w*",
    r"paikkakun\w* soluasun\w* solus(?:sa)? yksiös?\w* kaksios?\w* \w*kämp\w* bunkka\w* majail\w* bor bosatt",
    "hemma liv(?:e|ing) based resident",
)
LIVE_NOW = _words("asun asunki asunkin asutaan bor live oon olen")
"""Beside a word of the past, these say that it is not past: `asuin Raumalla, nyt asun Porissa`."""
LIVES_THERE = _words(r"asuva\w* paikkakun\w* kotikaup\w* kotikun\w*")
"""With these, even "from" names the home: `Tampereelta, asuva siellä`."""
STUDY = _words(
    r"opiskel(?!ukaver)\w* koulu(?!kaver|n)\w* lukio\w* amis\w* amiksessa amk\w* ammattikoulu\w*",
    r"yliopisto\w* kampu\w* fuksi\w* vaihtoon ylä[aä]steel\w* yläkoulu\w* peruskoulu\w* studerar pluggar",
    "stud(?:y|ying|ent) skola",
)
BE = _words("oon(?:ki)? olen olenkin ollaan olemme oltiin i'?m am är")
MOVE = _words(
    r"muut(?:in|an|etaan|ettiin|tamassa|tanu|tanut|ettu|taa|tavani|ettuani|to|ossa|on|tanee\w*) tulin",
    r"tullu tullut päädyin jäin jään palasin palattiin vaihdoin jumissa kotiuduin kotiutunu\w* asettu\w*",
    "lähdin lähin flyttade flyttat flyttar moved moving",
)
MOVED = _words(r"muut(?:in|ettiin|imme|tanu|tanut|ettu) tulin tullu tullut jäin jään asetuin flyttade flyttat moved")
"""Of `MOVE` those that are done, whatever the clause says of autumn: `muutin Kuopioon syksyllä`."""
WORK = _words(
    r"töissä töis duunis(?:sa)? duuni\w* kesätöi\w* työharjoittelu\w* harjoittelus\w* vuokratyö\w*",
    r"armeijassa intissä intis varuskun\w* jobbar work working",
)
OTHER_PERSON = _words(
    "(?:poika|tyttö|nais|mies|luokka|opiskelu|koulu|työ|lapsuuden)?(?:kaveri|ystävä|kamu)(?:ni|s|t)?",
    "frendi frendit bestis bestikseni (?:äiti|isä)(?:ni|puoli|puoleni)? mutsi faija iskä äippä",
    "(?:pikku|iso)?(?:veli|veljeni|sisko|siskoni) broidi velipuoli systeri mummo mummoni mummi mumma",
    "mamma pappa ukki vaari täti tätini setä enoni serkku serkkuni serkut exä eksä exäni ex puoliso vaimo",
    "mies miesystävä vanhemmat vanhempani porukat perhe perheeni suku sukulaiset isovanhemmat hän kämppis",
    "jätkä muija joku tuttu naapuri lapsen kummitäti vän kompis kompisar mor far pojkvän flickvän syster",
    "bror familj föräldrar friend friends mother mom mum father dad brother sister boyfriend girlfriend",
    "parents family cousin",
)
LIVES_ELSEWHERE = _words(
    r"asuu asuvat asuu[kt]\w* asui asuivat asunu muutti muutt(?:aa|ivat|anu|anut) muuttavat opiskelee opiskelevat",
    "bor bodde flyttade flyttat studerar lives live moved studies",
)
"""Beside `OTHER_PERSON`: that person lives there, the writer doesn't."""
WITH_THEM = _words(r"luona luo luokse tykö sohvalla sohval nurkis\w* kaa kans kanssa perässä")
"""`kaverin luona Turussa`: somebody else is named, but the writer is there."""
SELF = _words(
    "m[äa]+ mie minä minäkin mäki mäkin itse ite jag själv i me myself muutin asun oon olen",
)
ORIGIN = _words(
    "koto?i?sin kotosin lähtöisin alunperin perin syntynyt syntyny synnyin syntyjään originally",
    "ursprungligen född",
)
PAST = _words(
    "asuin asuttiin ennen aiemmin aikasemmin aikaisemmin lapsena pienenä entinen silloin sillon asunu",
    "asunut kävin enää opiskelin bodde lived used",
)
LIVED = _words("asuin asuttiin asunu asunut asu bodde lived opiskelin")
"""Beside a word of the past: the writer lived there and doesn't any more."""
NOW = _words(
    "nyt nykyään nykysin nykyisin edelleen vieläkin tällä taas takas takaisin nu now currently",
)
VISIT = _words(
    r"käymäs(?:sä)? käväs\w* käytiin lomal\w* lomaa reissu\w* reissa\w* viikonlop\w* vklp vkl matkal\w*",
    r"matkust\w* keikal\w* festar\w* risteil\w* vierail\w* kyläs(?:sä)? kyläile\w* mökil\w* tapahtum\w*",
    r"pelireissu\w* keikka ajettiin ajoin juna junalla bussilla katsomassa kattomas\w* besökte visited",
    "visiting visit trip weekend",
)
SURE_VISIT = _words(
    r"käväs\w* käväis\w* käytii?n lomal\w* reissu\w* reissa\w* keikal\w* keikka festar\w* risteil\w* vierail\w*",
    "besökte visited visiting",
)
"""Of `VISIT` those that leave no doubt: who asks for something to do at the weekend is at home."""
PLAN = _words(
    r"haluun haluan haluaisin haluisin aion muuttaisin haaveil\w* unelma\w* hain haen pääsin ens ensi",
    r"syksyllä muuttamassa suunnit\w* voisin pitäis mietin kevääl\w* want vill",
)
TITLE = _words(
    r"opettaja\w* ope open rehtori\w* lääkäri\w* tohtori herra rouva neiti valmentaja\w* poliisi",
    r"kuraattori\w* terkkari\w* pomo esimies luokanvalvoja\w* psykologi vartija naapuri komisario",
)
OF_A_PERSON = _words(
    r"suku suvu\w* suvus\w* perhe perhee\w* (?:sano|huus|huuta|vihas|vihaa|haukku|lyö|löi|jätti|kiusa|vastas)\w*",
)
"""What follows the name of a person or a family: `Nousiaisten suvussa`, `Mikkeli sano mulle`."""
OF_A_PLACE = _words(
    r"kaupun\w* keskus\w* kesk(?:us|i)ta\w* kunta\w* kunna\w* nuoriso\w* nuorten\w* nuoret nuokkari\w*",
    r"etsiv\w* kriisikesku\w* yliopisto\w* amk\w* lukio\w* koulu\w* ohjaamo\w* te-\w* kela\w*",
    r"terveyskesku\w* terkkari\w* sairaala\w* alue\w* seutu\w* seudu\w* lähell\w* lähist\w* suunna\w*",
    r"nurki\w* liepei\w* korkeudel\w* asemal\w* aseman\w* kirjasto\w* palvelu\w* sossu\w* sosiaali\w*",
    r"hyvinvointi\w* ulkopuolel\w* vieres\w* päässä ostari\w* kylä\w* lähiö\w* kampu\w* ammatti\w*",
    r"diakoni\w* seurakun\w* mielenterveys\w* päihde\w* päivystys\w* tyttöjen poikien opiskelija\w*",
    r"syrjäkyl\w* keskustori\w* psyka\w* psykiatri\w* matkakesku\w* sairaal\w* klinik\w* polikl\w*",
)
"""What follows the genitive of a place: `Lahden keskustassa`, `Salon seudulla`."""
PREPOSITION = _words("i från till nära vid kring in from to at near around på utanför outside")
POSTAL_CODE = _words(r"postinumero\w* postinro postnummer asun fi zip postcode alue\w* bor live")
AMOUNT = _words(r"e eur euro\w* ege\w* rahaa velkaa velka\w* kr askelta kilo\w* kertaa")
NEGATION = _words("en emme ei inte don't dont not")
CONJUNCTION = _words(
    "mut mutta ja vaikka mutku mutkun kun ku koska eli sit sitten että et vaan joten nii niin men och",
    "fast but and because while though",
)
SWEDISH = _words("jag är och att inte int av på för det som vi han hon har till med nu ett min mina vid")
"""Where these are, `tre` is rather a number than Tampere."""
AGE = _words(r"\d{2} \d{2}-?v\w* v vee \d{2}-vuotias years år")
"""What stands beside a place in a signature: `hki 22v poika`."""
HELLO = _words("moi moikka hei terve moro päivää iltaa huomenta terveisiä terveisii terkkui terkkuja")
GREETING = re.compile(r"\d|moi|hei|terve|joo|no$|siis|öö|ehkä|v$|vee$|hello|hej|m$|f$")
"""Beginnings of words that say nothing beside a place: `moi, tampere, 19 v`."""
