"""The words of contact times, as tables: what a word of a message says about when one may be contacted.

Every row is a regular expression that must match a whole lower-cased word, and the code letter that
`reminders.contact_windows` reads in its grammar. Rows are tried in order. To teach a new word, add it to a row.

Codes
    D day(s)          P part of a day    H hour, by case: h nominative, g genitive, p partitive, l from,
    i up to, a at     j (time) after     e before (time)       u (time) until        v between
    b between (time)  > from/after (time)                      t to (time)           k "o'clock"
    ~ about           & and              N not                 X except              B but
    O otherwise       * any time         w always              0 never               M "other than"
    C contact, asked of us               c it suits            S busy, asleep        R because
    L stop sending    Q question word    f fills a sentence      ? a word of something else
    z minutes to or past the hour that follows                   Y (days) excepted
    m may, could      n to write, a message (with m: C)            A I can talk, it suits me
    3 somebody else   K to stop, away (with n: L)                  Z "after that"
"""

from __future__ import annotations

# Minutes from midnight. The conventions: morning 06-10, forenoon 09-12, day 12-16, afternoon 12-17,
# evening 17-22, night 22-06; see docs/reminders for where they are stated to people.
PARTS: dict[str, tuple[int, int]] = {
    "morning": (6 * 60, 10 * 60),
    "forenoon": (9 * 60, 12 * 60),
    "day": (12 * 60, 16 * 60),
    "afternoon": (12 * 60, 17 * 60),
    "evening": (17 * 60, 22 * 60),
    "night": (22 * 60, 30 * 60),
    "office": (8 * 60, 16 * 60),
    "school": (8 * 60, 15 * 60),
    "small_hours": (0, 6 * 60),
    "daytime": (9 * 60, 22 * 60),
}

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAYS = WEEK[:5]
WEEKEND = WEEK[5:]

# Days: the beginning of a word; what is left of it may name a part of the day ("arki" + "aamuisin").
DAY_STEMS: dict[str, list[tuple[str, tuple[str, ...]]]] = {
    "fi": [
        (r"ma(?:anant\w*?)?", ("mon",)),
        (r"ti(?:ist\w*?)?", ("tue",)),
        (r"ke(?:sk\w{0,3}i+k\w*?|skar\w*?)?", ("wed",)),
        (r"to(?:rst\w*?|rsd\w*?)?", ("thu",)),
        (r"pe(?:r[ji]an\w*?|rjatai\w*?)?", ("fri",)),
        (r"la(?:u[vw]?ant\w*?|untai\w*?)?", ("sat",)),
        (r"su(?:nn?unt\w*?)?", ("sun",)),
        (r"arki(?:sin|in|na|si|s|n|öin|öisin|viikolla|viikol)?|arken[as]?|arkeisin|arkipäi?v\w*", WEEKDAYS),
        (r"viikonlop\w*?|vkonlop\w*?|viikolop\w*?|wiikonlop\w*?|vk?lp\w*?|vkl(?:oppu\w*?)?", WEEKEND),
    ],
    "en": [
        (r"mon(?:days?)?", ("mon",)),
        (r"tues?(?:days?)?", ("tue",)),
        (r"wed(?:s|nesdays?)?", ("wed",)),
        (r"thu(?:r|rs)?(?:days?)?", ("thu",)),
        (r"fri(?:days?)?", ("fri",)),
        (r"sat(?:urdays?)?", ("sat",)),
        (r"sun(?:days?)?", ("sun",)),
        (r"weekdays?|workdays?", WEEKDAYS),
        (r"weekends?", WEEKEND),
    ],
    "sv": [
        (r"må(?:n|ndag(?:ar|en|arna|s)?)?", ("mon",)),
        (r"ti(?:s|sdag(?:ar|en|arna|s)?)?", ("tue",)),
        (r"on(?:s|sdag(?:ar|en|arna|s)?)?", ("wed",)),
        (r"to(?:rs?|rsdag(?:ar|en|arna|s)?)?", ("thu",)),
        (r"fre(?:dag(?:ar|en|arna|s)?)?", ("fri",)),
        (r"lö(?:r|rdag(?:ar|en|arna|s)?)?", ("sat",)),
        (r"sö(?:n|ndag(?:ar|en|arna|s)?)?", ("sun",)),
        (r"vardag(?:ar|arna|s)?", WEEKDAYS),
        (r"helg(?:en|er|erna)?|veckoslut(?:et|en)?|veckosluten", WEEKEND),
    ],
}

# Parts of the day: whole words, or the rest of a word that began with a day.
PART_WORDS: dict[str, list[tuple[str, str]]] = {
    "fi": [
        (r"aamu?päi?v\w*|aamup[vs]?\w{0,3}|ap", "forenoon"),
        (r"aamuyö\w*|aamuöi\w*", "small_hours"),
        (r"aamu\w*|aamm?u\w*", "morning"),
        (r"iltapäi?v\w*|ip\w{0,2}|iltap[vs]\w*|iltapäi\w*", "afternoon"),
        (
            r"ilta\w*|illa(?:l|lla|sta|t|n|ks)?|illoin|ilto\w+|illem\w+|iltemmal\w*|iltasi\w*|iltas|"
            r"ilda",
            "evening",
        ),
        (r"yöl+is\w*|yö(?:l|lä|llä|n|tä|t|si\w*|ssä|aika\w*|nä|tkin)?|öi(?:sin|n|nä|s|tä)|öisi", "night"),
        (r"päivisin|päiväsi\w*|päivisi|päiväl(?:lä)?|päiväsai[kj]\w*|päivinä|päiväaik\w*|päivät", "day"),
        (r"virka-?ai(?:k|j)\w*|toimistoai(?:k|j)\w*|työaika\w*", "office"),
    ],
    "en": [
        (r"mornings?", "morning"),
        (r"afternoons?", "afternoon"),
        (r"evenings?|eve", "evening"),
        (r"nights?|nighttime", "night"),
        (r"daytime|midday", "day"),
    ],
    "sv": [
        (r"förmiddag(?:en|ar|arna|s)?", "forenoon"),
        (r"morgn?(?:on|nar|narna|arna|onen|nen)|morron", "morning"),
        (r"eftermiddag(?:en|ar|arna|s)?", "afternoon"),
        (r"kväll(?:en|ar|arna|s|stid)?", "evening"),
        (r"natt(?:en|etid)?|nätter(?:na)?", "night"),
        (r"dagtid|dagarna|kontorstid", "day"),
    ],
}

# Hours in words: nominative, genitive, partitive, from, up to, at (the order of HOUR_CASES).
HOUR_CASES = "hgplia"
HOUR_WORDS_FI: dict[int, tuple[str, str, str, str, str, str]] = {
    1: (
        "yksi|yks",
        "yhden|yhen",
        "yhtä",
        "yhdestä|yhestä|yhest|yhdest",
        "yhteen|yhtee",
        "yhdeltä|yheltä|yhel|yhdel|yhelt",
    ),
    2: (
        "kaksi|kaks",
        "kahden|kahen",
        "kahta|kahtä",
        "kahdesta|kahesta|kahest|kahdest",
        "kahteen|kahtee",
        "kahdelta|kahelta|kahelt|kahdelt|kahdel|kahel",
    ),
    3: ("kolme|kol", "kolmen", "kolmea|kolmee", "kolmesta|kolmest", "kolmeen|kolmee", "kolmelta|kolmelt|kolmel"),
    4: ("neljä|nelj", "neljän", "neljää", "neljästä|neljäst|nelj[äa]st", "neljään|neljää", "neljältä|neljält|neljäl"),
    5: (
        "viisi|viis",
        "viiden|viien|vitosen",
        "viittä|viittä",
        "viidestä|viiestä|viidest|viiest",
        "viiteen|viitee",
        "viideltä|viieltä|viidelt|viidel|viielt|viiel",
    ),
    6: (
        "kuusi|kuus",
        "kuuden|kuuen|kuuve[n]?|kutosen",
        "kuutta",
        "kuudesta|kuuesta|kuudest|kuuest",
        "kuuteen|kuutee",
        "kuudelta|kuuelta|kuudelt|kuudel|kuuelt|kuuel",
    ),
    7: (
        "seitsemän|seittemän|seiska|seittemä",
        "seitsemän|seittemän|seiskan|seittämän",
        "seitsemää|seittemää|seiskaa",
        "seitsemästä|seittemästä|seittemäst|seitsemäst|seiskasta|seiskast",
        "seitsemään|seittemään|seittemää|seitsemää|seiskaan|seiskaa",
        "seitsemältä|seittemältä|seittemält|seittemäl|seiskalta|seiskalt|seiskal",
    ),
    8: (
        "kahdeksan|kaheksan|kasi",
        "kahdeksan|kaheksan|kasin",
        "kahdeksaa|kaheksaa|kasia|kasii",
        "kahdeksasta|kaheksasta|kaheksast|kahdeksast|kasista|kasist",
        "kahdeksaan|kaheksaan|kaheksaa|kasiin|kasii",
        "kahdeksalta|kaheksalta|kaheksalt|kaheksal|kasilta|kasilt|kasil",
    ),
    9: (
        "yhdeksän|yheksän|ysi",
        "yhdeksän|yheksän|ysin",
        "yhdeksää|yheksää|ysiä|ysii",
        "yhdeksästä|yheksästä|yheksäst|yhdeksäst|ysistä|ysist",
        "yhdeksään|yheksään|yheksää|ysiin|ysii",
        "yhdeksältä|yheksältä|yheksält|yheksäl|ysiltä|ysilt|ysil",
    ),
    10: (
        "kymmenen|kymppi|kymmene",
        "kymmenen|kympin|kymmene",
        "kymmentä|kymppiä|kymppii",
        "kymmenestä|kymmenest|kympistä|kympist",
        "kymmeneen|kymmenee|kymppiin|kymppii",
        "kymmeneltä|kymmenelt|kymmenel|kympiltä|kympilt|kympil",
    ),
    20: (
        "kaksikymmentä|kakskyt|kakskymmentä",
        "kahdenkymmenen|kahenkymmenen",
        "kahtakymmentä",
        "kahdestakymmenestä|kahestakymmenestä",
        "kahteenkymmeneen",
        "kahdeltakymmeneltä",
    ),
}
# 11 and 12 (and 13-19 for those who say them): the word of the unit with this end.
TEEN_ENDS_FI = ("toista", "toist", "tois")
# "Ykkönen", "vitonen" ...: how the bare numbers are called, and their endings in the order of HOUR_CASES.
NUMBER_NAMES_FI = {1: "ykkö", 2: "kakko", 3: "kolmo", 4: "nelo", 5: "vito", 6: "kuto"}
NUMBER_NAME_ENDS_FI = ("nen", "sen", "sta|stä", "sesta|sestä|sest", "seen|see", "selta|seltä|selt")
NOON_FI = {
    "h": "keskipäivä|puolipäivä",
    "g": "keskipäivän|puolenpäivän|puolpäivän",
    "p": "keskipäivää|puoltapäivää|puoltpäivää",
    "l": "keskipäivästä|puolestapäivästä",
    "i": "keskipäivään|puoleenpäivään|puolpäivään",
    "a": "puoliltapäivin|keskipäivällä",
}
MIDNIGHT_FI = {
    "g": "keskiyön|puolenyön|puolyön",
    "p": "keskiyötä|puoltayötä",
    "i": "keskiyöhön|puoleenyöhön|puolyöhön",
    "a": "keskiyöllä|puoliltaöin",
}
HOUR_WORDS: dict[str, dict[str, int]] = {
    "en": {
        "one": 1,
        "two": 2,
        "three": 3,
        "four": 4,
        "five": 5,
        "six": 6,
        "seven": 7,
        "eight": 8,
        "nine": 9,
        "ten": 10,
        "eleven": 11,
        "twelve": 12,
        "noon": 12,
    },
    "sv": {
        "ett": 1,
        "två": 2,
        "tre": 3,
        "fyra": 4,
        "fem": 5,
        "sex": 6,
        "sju": 7,
        "åtta": 8,
        "nio": 9,
        "tio": 10,
        "elva": 11,
        "tolv": 12,
        "tretton": 13,
        "fjorton": 14,
        "femton": 15,
        "sexton": 16,
        "sjutton": 17,
        "arton": 18,
        "nitton": 19,
        "tjugo": 20,
        "tjugoett": 21,
        "tjugotvå": 22,
    },
}
# What may stand before an hour in the same word.
HOUR_PREFIXES_FI: dict[str, tuple[str, int | str]] = {
    "aamu": ("P", "morning"),
    "ilta": ("P", "evening"),
    "yö": ("P", "night"),
    "puoli": ("z", -30),
    "puol": ("z", -30),
}
HALF = {"fi": r"puoli?|puole[nl]|puol", "sv": "halv", "en": "half"}
DIGIT_ENDINGS_FI = [
    (r"st[aä]?", "l"),
    (r"lt[aä]?", "a"),
    (r"een|ään|aan|iin|hin|nen|ee", "i"),
    (r"t[aä]|ä|a", "p"),
    (r"n|en|den", "g"),
]

# Whole phrases, replaced before words are read: (phrase, code letter with optional value).
PHRASES: dict[str, list[tuple[str, str]]] = {
    "fi": [
        (r"(?:ihan |aivan )?(?:sama|sam?a se)(?: mulle| minulle)? (?:mil+o|mihin aikaa)\w*", "*"),
        (
            r"(?:ihan |aivan )?(?:mil+oi?n?|koska|mihin aikaa?n?|mil) ?(?:vaa?n?|vain|tahan?sa|"
            r"haluu?a?\w*|vaik|sattuu)",
            "*",
        ),
        (r"vart(?:ti|tia|tii|in) va(?:i|j)l+e?|vart(?:ti|tia) vaile", "z:-15"),
        (r"vart(?:in|ti|tia) yli", "z:15"),
        (r"(?:viit?tä|viis|viisi) va(?:i|j)l+e?", "z:-5"),
        (r"(?:viit?tä|viis|viisi) yli", "z:5"),
        (r"(?:kymmentä|kymmenen|kymppiä) va(?:i|j)l+e?", "z:-10"),
        (r"(?:kymmentä|kymmenen|kymppiä) yli", "z:10"),
        (r"mutt(?:ei|en|et|emme)", "B N"),
        (r"lukuun ?ottamatta", "Y"),
        (r"\d{1,2}\.(?:1[0-2]|0?[1-9])\.(?:20\d\d)?(?= (?:jälk|alk|läht|ast|menn|eteen|saak))", "f"),
        (
            r"(?:se|ne|kukaan)(?= (?:(?:ei|vaan|aina|taas|edelleen|kans|yks) )*(?:laittaa|lähettää|lähettelee|"
            r"soittaa|soittelee|viestittelee|kirjo(?:i?ttaa|ittelee|ttelee)|uhkaa|uhkailee|vastaa|häiritsee|huutaa|juo|tulee|ottaa)\b)",
            "3",
        ),
        (r"m(?:ulle|inulle|iulle|ulleki?n?|eikälle)(?: (?!ei|en|vo)\w+)? (?:sopi[is]*|passaa|passais|onnistuu)", "A"),
        (r"m(?:ulle|inulle|iulle|eikälle) käy(?! (?:aina|näin|usein|huono|joka|niin))", "A"),
        (r"ei (?:mu(?:ulloin|ullon|uten|ina päivinä|ina)) k(?:uin|u)", "f"),
        (r"(?:kaikki(?:na)? )?(?:mu(?:ulloin|ullon|ina päivinä|ina)|muut päivät) (?:k(?:uin|u)|paitsi|pl)", "X"),
        (r"(?:tällä|viime) viikolla", "f"),
        (r"viikolla|viikol", "D:weekdays"),
        (r"mikä (?:vaan|vain|tahansa) päivä|mikä päivä (?:vaan|vain|tahansa)", "D:all"),
        (r"mikä (?:vaan|vain|tahansa)(?= (?:arki|ilta|aamu|yö|viikonlop|vkl))", "f"),
        (r"ma(?= (?:oon|oo|olen|en|emmä|haluu|haluun|haluan|tarvii|tarvin)\b)", "f"),
        (
            r"vaikka? mil+oin?|vaikka? koska|kellon ympäri|vuorokauden ympäri|ympäri vuorokauden|"
            r"(?:mihin )?vuorokauden ?aika\w*(?: tahansa| vaan)?",
            "*",
        ),
        (
            r"yötä päivää|yöt päivät|päivin öin|kaikkina aikoina|"
            r"kaikki(?:na)? (?:kellon)?ajat|mikä (?:vaan|vain|tahansa) aika|mikä aika (?:vaan|vain|tahansa)",
            "*",
        ),
        (r"ei (?:enää )?(?:ikinä|koskaan|koskaa|milloinkaan|ikin|ikuna|millonkaa\w*)", "0"),
        (
            r"joka (?:ikinen )?päivä|päivittäin|kaikkina päivinä|kaikki päivät|minä päivänä tahansa|"
            r"minä päivänä vaan",
            "D:all",
        ),
        (r"joka(?= (?:arki|viikonlop|vklp))", "f"),
        (r"joka ilta", "P:evening"),
        (r"joka aamu", "P:morning"),
        (r"joka yö", "P:night"),
        (r"koko päivän?|päivän aikana|päivän mittaan|koko viikon", "f"),
        (r"koko viikonlop\w*", "D:weekend"),
        (r"joka arkipäivä", "D:weekdays"),
        (r"(?:se|si)n jälkeen?|se jälkee|(?:sit|sitten?) vasta?|siitä (?:eteenpäin?|lähtien|alkaen)", "Z"),
        (r"(?:kaikki(?:na)? )?mu(?:ina|ut|ina arki) ?päiv(?:inä|ät)(?! (?:k(?:uin|u)|paitsi|pl))", "D:others"),
        (
            r"(?:voiko|saako|saaks)(?= (?:m(?:ulle|ua|ut|uhun|inulle|inua|inut|inuun)|laittaa|"
            r"lähettää|viest\w+|vaan|vain|pyytää)\b)",
            "m",
        ),
        (r"(?:oon|olen|oo|mä) vasta? \d+", "?"),
        (r"sit(?:ten)? kun|(?:sillo|sitte)in ku", "f"),
        (r"koulu-?(?:ai[kj]\w*|päivä[nt]? aikana)", "P:school"),
        (r"virka-ai[kj]\w*|(?:toimisto|virasto)-?ai[kj]\w*", "P:office"),
        (r"24/7|24 h|24h", "*"),
        (r"klo\.|kun? (?:kello|klo)(?: on)?", "k"),
        (r"et (?=saa|voi|laita|lait|muistuta|häiritse|pistä|lähetä)", "N"),
        (r"(?:yö|aamu|ilta)(?:vuoro|työ)\w*", "f"),
        (r"^(?:iltaa|iltoo|iltoja|huomenta|päivää)(?=[.,! ]*$)", "?"),
        (r"hyvää (?:yötä|iltaa|huomenta|päivää|iltapäivää|viikonloppua)|hyvää|(?<!ei )öitä", "?"),
        (r"herätä (?:mua|minua|mut)|herätellä (?:mua|minua)", "C"),
        (r"niin kuin|niinku|nii ku|niinkuin", "f"),
        (r"(?:puol(?:en|ta|een|elta|est|esta)?|puoli) ?päiv(?:än|ää|ään|äst|ästä)", "noon"),
        (r"(?:puol(?:en|ta|een)?|puoli) ?yö(?:n|tä|hön)", "midnight"),
        (r"(?:arki)?(?:koulu(?:päivä)?n|kouluje?n|tuntien|opiskelu\w*n) (?:jälkeen?|jlk)", "after:15"),
        (r"(?:työ(?:päivä|vuoro)?n|töiden|töitten|duunin|iltavuoron) (?:jälkeen?|jlk)", "after:16"),
        (r"(?:aamuvuoron|yövuoron|treenien|ruu?an|salin) (?:jälkeen?|jlk)", "f"),
        (
            r"ote?ta?a? ?y?hteyttä|ottaa? ?yhteyt\w*|ottakaa yhteyttä|olla yhteydessä|ole yhteydessä|"
            r"yhteyttä saa ottaa",
            "C",
        ),
        (
            r"(?:viesti[äit]?|viestejä|viestit|viestii|muistutukset|muistutuksia|ilm\w*tukset|ilm\w*tuksia|"
            r"yhteydenot\w*|soitot|puhelut) (?:vaan?|vain|vasta?|mie\w+|ainoastaan|pelkästään|kiitos)",
            "C",
        ),
        (r"(?:saa|voi)(?:t|s|tte)? (?:häiritä|herättää|tavoittaa|kontaktoida)", "C"),
        (r"mu[at]\w* (?:saa|voi)|tavoittaa m[iu]\w+|m[iu]nut tavoittaa", "C"),
        (r"jät(?:ä|täkää) (?:mut|minut) rauhaan", "K"),
        (r"en(?:si)? viikolla|en(?:si)? viikosta|vasta huomenna|huomisesta", "f"),
        (r"ei (?:ole|oo|o) (?:väliä|välii)(?: mil+oin?)?", "*"),
        (r"ei (?:ole|oo) aamuihmi\w*|e[nm](?:mä|mie)? (?:ole|oo) (?:mikään )?aamuihmi\w*", "N P:morning"),
    ],
    "en": [
        (
            r"any ?time(?: (?:is fine|works|of (?:the )?day))?|whenever(?: you (?:want|like))?|24/7|"
            r"around the clock|day or night|all the time|at all times",
            "*",
        ),
        (r"(?:except|but not) at night", "X P:night"),
        (r"(?:week|school|work) ?nights?", "D:weekdays P:evening"),
        (r"(?:school|work|business) ?days?", "D:weekdays"),
        (r"(?:to|on|off) (?=work\b)", "f"),
        (r"every day|any day|daily|each day|all days|all week", "D:all"),
        (r"^never(?: ever)?[.! ]*$", "0"),
        (r"office hours|business hours|working hours", "D:weekdays P:office"),
        (r"after (?:that|then)", "Z"),
        (r"midnight", "midnight"),
        (r"(?:sends|texts|messages|calls|writes|contacts)(?: to)? me|(?:to|on) do not disturb", "3"),
        (r"(?:messages|texts|reminders|notifications) (?:only|just|are|can|please|work)", "C"),
        (r"(?:a )?quarter (?:past|after)", "z:15"),
        (r"(?:a )?quarter to", "z:-15"),
        (r"thirty", "+:30"),
        (r"^(?:is|does|do|are|can i|could i)", "Q"),
        (r"(?:all )?(?:the )?other days", "D:others"),
        (r"after school", "after:15"),
        (r"after work", "after:16"),
        (r"o'?clock", "k"),
        (r"no (?:messages?|reminders?|notifications?|texts?|pings?)", "N C"),
        (r"leave me alone", "f"),
        (
            r"stop (?:texting|messaging|writing|contacting|sending|reminding|"
            r"pinging)(?: me)?(?: messages| reminders)?",
            "L",
        ),
        (
            r"get in touch|reach (?:out to )?me|bother me|disturb me|wake me|ping me|text me|"
            r"message me|write (?:to )?me|contact me|remind me|notify me|send me",
            "C",
        ),
        (r"good (?:morning|evening|night|afternoon)", "?"),
        (r"from now on|at the moment", "f"),
        (r"any ?time after|anytime from", ">"),
        (r"(?:other|rather) than", "X"),
    ],
    "sv": [
        (r"när som helst|när du vill|dygnet runt|24/7|vilken tid som helst|spelar ingen roll", "*"),
        (r"alla dagar|varje dag|vilken dag som helst", "D:all"),
        (r"sluta (?:skicka|skriva|kontakta|påminna|messa|smsa|ringa)", "L"),
        (r"inga (?:meddelanden|påminnelser|sms|notiser)", "N C"),
        (r"kontorstid", "D:weekdays P:office"),
        (r"kl\.", "k"),
        (r"^aldrig[.! ]*$", "0"),
        (r"god (?:morgon|kväll|natt|dag)|godnatt|godkväll", "?"),
        (r"efter (?:det|dess)|därefter", "Z"),
        (r"midnatt", "midnight"),
        (r"(?:skickar|skriver|ringer|smsar)(?: till| åt)? mig", "3"),
        (r"ti (?!och|å|eller|efter|mellan|kl|på|kväll|o |to )(?=[a-zåäö])", "f"),
        (r"kvart (?:över|efter)", "z:15"),
        (r"kvart i", "z:-15"),
        (r"^(?:är|finns|får|kan) (?:ni|det|man|jag|nån|någon)\b", "Q"),
        (r"(?:de |alla )?andra dagar(?:na)?", "D:others"),
        (r"efter skolan", "after:15"),
        (r"efter jobbet", "after:16"),
        (r"ta kontakt|hör(?:a)? av (?:dig|er|sig)|stör mig|nå mig|påminn mig", "C"),
    ],
}

# What parts a reason from what is asked for.
SO = ("eli", "joten", "so", "alltså")
I_DO_NOT = ("en", "emmä", "emmie", "em")
SO_OF_REASONS = ("ni", "nii", "niin", "så")  # fillers too: "arkisin niin illalla"

# How words of writing to somebody begin; their endings tell who writes.
_CONTACT_FI = (
    r"(?:lait(?=[tae])|pist(?=[eä])|heit(?=[tä])|läh[et]{2}|viest|kirj[oi]+t|muis?tut|ilmo(?:i?t|tt)|ping|soit(?=[tea])|"
    r"teks[ta]{2}|kontakt|häirit|herättä|vastatt|tavoitt)"
)

# Single words: code letter and the words that have it.
WORDS: dict[str, list[tuple[str, str]]] = {
    "fi": [
        (
            "j",
            r"jälkeen?|jäläkee\w*|jlk|eteenpäi[nm]?|etiäpäin|lähtien|alkaen|ylöspäin|jälkene|jälestä|"
            r"jälkeekää\w*|jälkeen?kin",
        ),
        ("e", r"ennen?|enne|ennenku(?:in)?|enneku|viimeistään|viimestään"),
        ("u", r"asti|ast|saakka|saak|mennessä|mennes"),
        ("v", r"välil(?:lä)?|väliin|välissä|välis|välii|väli|välisenä"),
        (">", r"vasta|vast|aikaisintaan|aikasintaan|alkaa"),
        ("k", r"klo|kello|kellon?|klo\.|kl"),
        (
            "~",
            r"maissa|mais|aikaan|aikaa|aikoihin|aikoi|paikkeilla|paikkeil|tienoilla|pintaan|noin|"
            r"tietämillä|hujakoilla|kieppeillä",
        ),
        ("&", r"ja|sekä|tai|että|taikka|myös|lisäks\w*"),
        ("X", r"paitsi|lukuun|pl|paits"),
        ("B", r"mutta|mut"),
        ("O", r"muute[nm]|muuten?kin|muulloin|muullon|muutoin|muina|muul?loin"),
        ("M", r"muuta|muullon|muuhun|muul?loin"),
        (
            "N",
            r"ei|en|emmä|emmie|em|ent?|älä|älkää|älkööt|eikä|enkä|älä(?:kä|pä)|älkäät?|eiks|ethän|"
            r"ei(?:hän|kai)|ette|ettekä|huono\w*|rauhas(?:sa)?",
        ),
        ("w", r"aina|ain"),
        ("0", r"ikinä|koskaan|milloinkaan"),
        ("R", r"ku|kun|koska|sillä|jollo(?:i)?n|jotta"),
        ("L", r"lopet(?:a|takaa)|lopettakee|lakatkaa"),
        ("?", rf"{_CONTACT_FI}\w*?(?:[ae]lee|elin|nu|ny|nut|nyt|vat|vät|toi|ti|tti|tin|sin|si)|kirjoi?tan|soitan"),
        ("L", rf"{_CONTACT_FI}\w*?m[aä]t(?:t[aä])?"),
        (
            "C",
            rf"{_CONTACT_FI}\w*?(?:[tk]?k[aä][aä]|k[aä]|kee|tte|isit|[aä]t)(?:k[oö]|p[aä]|h[aä]n)?|laita|laita(?:pa|han)|"
            rf"pistä(?:pä)?|heitä|lähetä|muistuta|muistuttele|soita|kirjo(?:i?ta|i?ttele)|ilmo(?:i?ta|i?ttele|)|viestittele|"
            rf"pingaa|pingaile|tekstaa|messaa|remindaa|häiritse|kontaktoi|laittele|vastat\w*?is\w*|"
            rf"{_CONTACT_FI}\w*?(?:k[oö]|t(?:a|ä)isiin|(?:tt|t)[aä]is)|ota(?:kaa|tte)|ottako|otettai?si?\w*",
        ),
        ("A", r"(?:tav[ao]i?t?|saat)[aet]*vi(?:ssa|s|lla|l)|tavoi?t?taa|tavoi?t?at"),
        ("Q", r"teille|teihin|sinne|siellä|sieltä|voiko|voikohan|saako|saaks|kenen|jossa|jolle"),
        (
            "m",
            r"saat?|saatte(?:ko)?|sais(?:i|in|it|itte)?(?:ko)?|voi(?:t|tte)?|voi(?:t|tte)(?:ko|sä|ksä)|"
            r"vois(?:i|it|itte)?(?:ko|ks)?|voitsä|pysty(?:isi)?ttekö|kannattaa",
        ),
        (
            "n",
            rf"{_CONTACT_FI}\w*|yhtey[dt]\w*|notif\w*|not(?:it|eja|ei|skut|skuja)|ilmot|puhelu\w*|häiri\w*|herättää|"
            r"kysel\w*",
        ),
        ("J", r"jutella|jutel+a|juttelemaan|puhua|puhumaan|puhuu|vastata|vastaamaan|vastailemaan|lukea|lukee|lukemaan"),
        ("I", r"voidaan|voitais\w*|voin|pystyn|ehdin|ehin|kerkeen|kerkiän|kerkiin|jaksan|ennätän"),
        (
            "c",
            r"sopiiko|käykö|passaako|mieluiten|mieluummin|mielummi\w*|parhaiten|"
            r"hyviä|hyvii|sopisiko|sopiskaan|sopii?|sopisi?|sopivat|sovi|käy|käypi|käyvät|käyp|passa[a]?|passais\w*|passaavat|"
            r"onnistuu?|ok|okei|oke|ookoo|kelpaa|pystyy|vastaan|vastaa|vastailen|jees"
            r"|ota|ottaa|otetaan|lupaa|hereillä|hereil|vapaa(?:na|lla|l|t)?|paikalla|paikal|luen|lupa|luvalla|ajat|aika|ajankohta",
        ),
        (
            "3",
            r"sano[io]?|sanoo|sano(?:i?vat|taan|ttiin)|kukaan|ketään|hän|hänen|hänet|hänellä|häntä|he|heidän|siltä|niiltä|häneltä|\w{0,6}(?:äiti|mutsi|isä|iskä|faija|fatsi|mummi|mummo|veli|"
            r"sisko|siskon?|broidi|kaveri|poikakaveri|tyttökaveri|poikaystävä|tyttöystävä|ystävä|exä?|pomo|ope|opettaja|"
            r"terapeutti|psykologi|lääkäri|sossu|kela|kuraattori|vanhem|porukat|perintä|ulosot|poliisi|naapuri|kämppis|"
            r"mies|vaimo|puoliso|äijä|jätkä|tyyppi|päivysty|vuokraisän|velko)\w*|äiskä|äidi\w*|iskän?|isän|isä[ns]sä",
        ),
        (
            "K",
            r"poista(?:kaa)?|peru(?:uta|utan|n|kaa|uttakaa)?|lakkaa|lakatkaa|pois|mute\w*|mykis\w*|sulje|stop|stoppi?|off|"
            r"unsubscribe|lopettaa|loppumaan",
        ),
        (
            "S",
            r"nukun|nuku|nukkumassa|unessa|unes|töissä|töis|duunissa|duunis|koulussa|koulus|skoles|"
            r"luennoilla|luennoil|treeneissä|treeneis|treenit|treenejä|vuorossa|vuoros|kiireinen|"
            r"kiire|kiireitä|varattu|menoja|poissa|offline",
        ),
        (
            "Q",
            r"missä|mistä|mihin|minne|kenelle|kelle|kuka|kuinka|miten|mikä|mitkä|ketkä|miksi|onko|"
            r"onks|onkohan|auttaako|voiko|voikohan|pääseekö|pääseeks|vastaako|vastaaks|toimiiko|"
            r"tuleeko|kannattaako|pitääkö|saako|saaks|löytyykö|löytyyks",
        ),
        (
            "f",
            r"joten|kunhan|kuhan|viitti|viitsi|viitsis|et|teen|parhait?a?|parhaat|paras(?:ta)?|"
            r"eli|pidetään|jonkun|muuta|tää|jotenki|sanotaa(?:n|ks)?|olkaa|anna|anneta|myönnä|tuu|tule|tulla|tollee|tolleen|tällee|tälleen|aikas(?:ia|ii|in)|aikaisia|tartte|tarttee|puhelimitse|kellonajalla|oikeestaan|oikeasti|perin|olla|sanotaanko|ainut|ainoa|keskellä|noi|noita|nuo|nämä|toi|ite|itse|yökyöpeli|yökukkuja|aamuvirkku|muhun|minuun|miuhun|näitä|niitä|"
            r"sitä|enempää|lisää|vastata|vastailla|jaksa|joo|juu|jep|no|nii|niin|nii?|kiitos|kiitti|"
            r"kiits|kiitoksia|pliis|vaan?|vain|vaa|ainoastaan|pelkästään|ehkä|joskus|siis|sit|sitten|"
            r"sitte|tyyliin|suunnilleen|about|parhaiten|paras|paraiten|mieluiten|mieluummin|"
            r"mielummi\w*|mieluusti|mielellään|mie?luite"
            r"|mulle|mul|mulla|mua|mut|mun|minulle|minulla|minua|minun|minut|minä|mä|mie|mää|miulle|"
            r"meikälle|munkin|mullekki\w*|sä|sie|sinä|te|se|ne|ois|on|oon|olen|oo|ole|o|olis|olisi|"
            r"ollaan|oli"
            r"|sillon|silloin|tohon|tos|siinä|siin|nyt|vielä|enää|edes|ihan|aika|kaikki|kaikkea|"
            r"kaikista|hyvä|hyvin|hyvä[ätl]|parempi|helpoin|helpoiten|mahollista|mahdollista|"
            r"mahdollisesti|jos|ni|nii?n|tota|öö|emt|hmm+|mm+|okei|öh|moi|hei|moikka"
            r"|jotain|jotai|jotakin|mitään|mitää|mikään|yhtään|yhtää|mikää|halu\w*|"
            r"toivo\w*|niinä|tarvi|tarvii|tarvitse|tarvita|tarvetta|saisi|"
            r"sais|pliide|vaik|vaikka|esim|esimerkiksi|yleensä|usein|aikasin|aikaisin|myöhään|myöhää|"
            r"myöhemmin|liian"
            r"|puhelimeen|puhelimee|kännykkään|soittoja|huomenna|huomen|tänään|tänää|huomisesta|"
            r"kotona|kotosalla|koneella|luona|netissä|käsi|lepo|jälleen|kuitenkin|kuiteski|sellanen|"
            r"semmonen|tollanen|välttämättä|vähän|vähä|kaa|kans|kanssa|kanss|kohta|hetki|hetkellä|"
            r"jatkossa|aloittaen|multa|minulta|kohti|paremmin|paremmi"
            r"|pääse|pääsen|kerkee|kerkii|ehdi|ehi|pysty|tykkää|haittaa|haittais|häiritse|häirii|"
            r"viikossa|viikos|kerran|päivä|päivänä|päivä[ätn]|päiviä|päivinä|kellonaika\w*|ajalla|"
            r"ajal|ajoin|ajoissa|aikana|aikan|sama|reilusti|vasta|tosi|kai|yli|alle|pelkät?|etenkin|"
            r"varsinkin|erityisesti"
            r"|koulun|koulu|loppuu|loppu|alkaa|työ|työt|aamuvuoron|iltavuoron|yövuoron|vuoron|herään|"
            r"nousen|menen|nukkumaan|hommat|muu|muut|muita|muistuttelu"
            r"|pyydän|pyytäisin|ainakaan|ainaskaan|ollenkaan|lainkaan|joku|joko|jonain|tahdo|tahtois\w*|tosin"
            r"|yksinään|tekstillä|chatissa|täällä|tänne|tähän|bot|botti|sun|sulta|teiltä|teidän|siis|"
            r"kyl|kyllä|totta|tietty|tietenkin|tietysti",
        ),
    ],
    "en": [
        ("j", r"onwards?|onward"),
        ("e", r"before|by"),
        (">", r"after|past|from|since|starting"),
        ("t", r"to|until|till|til"),
        ("b", r"between"),
        ("k", r"o'?clock|at"),
        ("~", r"around|about|ish"),
        ("&", r"and|or|also|plus"),
        ("X", r"except|but not|excluding|besides|apart"),
        ("B", r"but|although"),
        ("O", r"otherwise"),
        ("N", r"bad|terrible|awful|not|don'?t|dont|didn'?t|do not|no|nor|never|cannot|can'?t"),
        ("w", r"always"),
        ("R", r"because|since|cause|cuz|coz|when|as"),
        (
            "C",
            r"text|message|ping|notify|remind|contact(?:ed)?|messaged|texted|bother|disturb|dm",
        ),
        (
            "c",
            r"ok|okay|fine|works?|suits?|best|good|can|may|free|available|awake|prefer|preferably|"
            r"better|could",
        ),
        ("n", r"messages|texts|reminders?|notifications?|calls?"),
        (
            "3",
            r"he|she|they|him|her|his|them|mom|mum|dad|mother|father|brother|sister|boyfriend|girlfriend|ex|boss|teacher|"
            r"friends?|someone else|parents|people|guy|guys|kela|police|landlord|step\w+",
        ),
        ("K", r"stop|cancel|remove|quit|mute|unsubscribe|off"),
        ("S", r"sleep|asleep|sleeping|school|work|working|busy|class|classes|practice"),
        ("Q", r"where|who|how|what|which|why|whom|whose"),
        (
            "f",
            r"only|just|please|pls|plz|thanks|thank|you|me|i|i'm|im|am|are|be|the|in|on|at|my|it|is|"
            r"is|does|do|get|got|for|during|any|every|all|maybe|usually|mostly|if|possible|would|like|want|to|yes|yeah|"
            r"yep|well|hi|hey|then|that|time|times|of|day|days|with|will|a|an|so|send|write|call|ever|"
            r"rather|like|someone|anyone|really|early|late|too|more|later|home|get|up|i'd",
        ),
    ],
    "sv": [
        ("j", r"framåt"),
        ("e", r"före|innan|fram till|senast"),
        (">", r"efter|från|tidigast|först"),
        ("t", r"till|tills"),
        ("b", r"mellan"),
        ("k", r"kl|klockan|klo"),
        ("~", r"ungefär|runt|cirka|omkring|vid"),
        ("&", r"och|eller|samt|också"),
        ("X", r"utom|förutom"),
        ("B", r"men"),
        ("O", r"annars"),
        ("N", r"inte|ej|int|icke|aldrig|inga|inget|varken"),
        ("w", r"alltid"),
        ("R", r"för|eftersom|då|när"),
        (
            "C",
            r"skicka|ring|skriv|hör|meddela|påminn|sms(?:a)?|kontakta(?:d|s)?|pinga|messa|stör",
        ),
        ("n", r"ringa|ringer|skriva|skriver|skickas|höra|meddelanden?|påminnelser?|sms|notiser|kontaktas?|kontaktar"),
        ("m", r"får|kan|kunde|skulle"),
        ("c", r"passar|går|bra|ok|okej|helst|bäst|ledig|vaken|funkar"),
        (
            "3",
            r"han|hon|honom|henne|dom|pappa|mamma|pappas?|mammas?|pojkvän|flickvän|mitt ex|exet|chefen|läraren|"
            r"kompis\w*|bror|syster|folk|polisen|fpa|styvpappa",
        ),
        ("K", r"stoppa|avsluta|sluta|avbryt|av|bort"),
        ("S", r"sover|jobbar|skolan|jobbet|jobb"),
        ("Q", r"var|vem|vart|hur|vad|vilken|finns|varför"),
        (
            "f",
            r"är|få|ha|på|om|i|bara|endast|du|ni|mig|jag|det|den|tack|gärna|för|att|en|ett|några|något|de|dem|"
            r"min|mina|bli|ja|jo|nå|hej|så|då|kanske|helst|oftast|vill|ha|tiden|tid|dagar|när|med|snälla|"
            r"mera|över",
        ),
    ],
}

# The start put off: what says that nothing should come before tomorrow or before next week.
NOT_BEFORE: dict[str, dict[str, str]] = {
    "fi": {
        "next_week": r"en(?:si|s) viiko(?:lla|l|sta|st)|ensviiko\w+|vasta maanantaista (?:alkaen|lähtien)|"
        r"viikon päästä",
        "tomorrow": r"huomen(?:na|ta|n|esta|est)?|huomisesta|huomisest|huomisaamu\w*|ei (?:enää )?tänään|"
        r"ei tänää",
    },
    "en": {"next_week": r"next week|in a week", "tomorrow": r"tomorrow|not today"},
    "sv": {"next_week": r"nästa vecka|om en vecka", "tomorrow": r"i ?morgon|imorron|inte i ?dag"},
}
