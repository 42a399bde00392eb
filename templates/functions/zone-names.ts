/**
 * The time zones of the IANA database (2025c) with their abbreviations since 1970, which the platform's own data do not have.
 * A line is `RULES|NAMES`. A rule is an offset from UTC in minutes, a `!` for summer time, the abbreviation, and `<DAY` where
 * it was used only before that day since 1970. An offset without a rule is abbreviated by its number, such as `-03`.
 */
export const zoneLines = `
|America/Asuncion America/Caracas America/Cayenne America/Coyhaique America/Eirunepe America/Guyana America/La_Paz America/Paramaribo America/Porto_Acre America/Punta_Arenas America/Rio_Branco America/Santarem Antarctica/Casey Antarctica/Davis Antarctica/DumontDUrville Antarctica/Mawson Antarctica/Syowa Asia/Aden Asia/Bahrain Asia/Bangkok Asia/Brunei Asia/Chita Asia/Colombo Asia/Dili Asia/Dubai Asia/Ho_Chi_Minh Asia/Irkutsk Asia/Kabul Asia/Kashgar Asia/Kathmandu Asia/Katmandu Asia/Khandyga Asia/Krasnoyarsk Asia/Kuala_Lumpur Asia/Kuching Asia/Kuwait Asia/Magadan Asia/Muscat Asia/Omsk Asia/Phnom_Penh Asia/Qatar Asia/Qostanay Asia/Qyzylorda Asia/Rangoon Asia/Riyadh Asia/Saigon Asia/Singapore Asia/Srednekolymsk Asia/Thimbu Asia/Thimphu Asia/Urumqi Asia/Ust-Nera Asia/Vientiane Asia/Vladivostok Asia/Yakutsk Asia/Yangon Asia/Yekaterinburg Atlantic/Cape_Verde Atlantic/South_Georgia Brazil/Acre Etc/GMT+1 Etc/GMT+10 Etc/GMT+11 Etc/GMT+12 Etc/GMT+2 Etc/GMT+3 Etc/GMT+4 Etc/GMT+5 Etc/GMT+6 Etc/GMT+7 Etc/GMT+8 Etc/GMT+9 Etc/GMT-1 Etc/GMT-10 Etc/GMT-11 Etc/GMT-12 Etc/GMT-13 Etc/GMT-14 Etc/GMT-2 Etc/GMT-3 Etc/GMT-4 Etc/GMT-5 Etc/GMT-6 Etc/GMT-7 Etc/GMT-8 Etc/GMT-9 Indian/Chagos Indian/Christmas Indian/Cocos Indian/Kerguelen Indian/Mahe Indian/Maldives Indian/Reunion Kwajalein Pacific/Bougainville Pacific/Chuuk Pacific/Enderbury Pacific/Fakaofo Pacific/Funafuti Pacific/Gambier Pacific/Guadalcanal Pacific/Kanton Pacific/Kiritimati Pacific/Kosrae Pacific/Kwajalein Pacific/Majuro Pacific/Marquesas Pacific/Nauru Pacific/Niue Pacific/Palau Pacific/Pitcairn Pacific/Pohnpei Pacific/Ponape Pacific/Port_Moresby Pacific/Tahiti Pacific/Tarawa Pacific/Truk Pacific/Wake Pacific/Wallis Pacific/Yap Singapore
-120!-02|America/Araguaina America/Argentina/Buenos_Aires America/Argentina/Catamarca America/Argentina/ComodRivadavia America/Argentina/Cordoba America/Argentina/Jujuy America/Argentina/La_Rioja America/Argentina/Mendoza America/Argentina/Rio_Gallegos America/Argentina/Salta America/Argentina/San_Juan America/Argentina/San_Luis America/Argentina/Tucuman America/Argentina/Ushuaia America/Bahia America/Belem America/Buenos_Aires America/Catamarca America/Cordoba America/Fortaleza America/Jujuy America/Maceio America/Mendoza America/Recife America/Rosario America/Sao_Paulo Antarctica/Palmer Atlantic/Stanley Brazil/East
-120!-02 0GMT|America/Danmarkshavn
-150!-0230 -120!-02 -90!-0130|America/Montevideo
-180!-03|America/Boa_Vista America/Campo_Grande America/Cuiaba America/Manaus America/Porto_Velho America/Santiago Brazil/West Chile/Continental
-210NST -150!NDT -90!NDDT|America/St_Johns Canada/Newfoundland
-240!-04|America/Bogota America/Guayaquil America/Lima
-240AST|America/Anguilla America/Antigua America/Aruba America/Blanc-Sablon America/Curacao America/Dominica America/Grenada America/Guadeloupe America/Kralendijk America/Lower_Princes America/Marigot America/Montserrat America/Port_of_Spain America/Puerto_Rico America/St_Barthelemy America/St_Kitts America/St_Lucia America/St_Thomas America/St_Vincent America/Tortola America/Virgin
-240AST -120!-02|America/Miquelon
-240AST -180!ADT|America/Barbados America/Glace_Bay America/Halifax America/Martinique America/Moncton America/Thule Atlantic/Bermuda Canada/Atlantic
-240AST -180!ADT -120!ADDT|America/Goose_Bay
-300!-05|Chile/EasterIsland Pacific/Easter Pacific/Galapagos
-300CST -240!CDT|America/Havana Cuba
-300EST|America/Atikokan America/Cayman America/Coral_Harbour America/Panama EST
-300EST -240!EDT|America/Detroit America/Fort_Wayne America/Indiana/Indianapolis America/Indiana/Vevay America/Indianapolis America/Jamaica America/Montreal America/Nassau America/New_York America/Nipigon America/Port-au-Prince America/Thunder_Bay America/Toronto Canada/Eastern EST5EDT Jamaica US/East-Indiana US/Eastern US/Michigan
-300EST -240!EDT<16377 -240AST<17602 -240!EDT|America/Grand_Turk
-300EST -270!-0430 -240AST|America/Santo_Domingo
-300EST<1467 -300!CDT<1761 -300EST -240!EDT|America/Indiana/Marengo America/Kentucky/Louisville America/Louisville
-360CST|America/Regina Canada/Saskatchewan
-360CST -300!CDT|America/Belize America/Chicago America/Costa_Rica America/El_Salvador America/Guatemala America/Matamoros America/Mexico_City America/Monterrey America/Rainy_River America/Tegucigalpa America/Winnipeg CST6CDT Canada/Central Mexico/General US/Central
-360CST -300!CDT<11260 -300EST -240!EDT|America/Kentucky/Monticello
-360CST -300!CDT<11260 -300EST<11414 -300!CDT|America/Rankin_Inlet
-360CST -300!CDT<11260 -300EST<11414 -300!CDT<13451 -300EST<13584 -300!CDT|America/Resolute
-360CST -300!CDT<2860 -300EST<13241 -300!CDT<13822 -300EST -240!EDT|America/Indiana/Petersburg
-360CST -300!CDT<7970 -300EST<13241 -300!CDT|America/Indiana/Knox America/Knox_IN US/Indiana-Starke
-360CST -300EST<10686 -300!CDT<11260 -300EST -240!EDT|America/Iqaluit America/Pangnirtung
-360CST -300EST<1215 -300!CDT|America/Menominee
-360CST -300EST<13241 -300!CDT -240!EDT|America/Indiana/Tell_City
-360CST -300EST<13241 -300!CDT<13451 -300EST -240!EDT|America/Indiana/Winamac
-360CST -300EST<13241 -300!CDT<13822 -300EST -240!EDT|America/Indiana/Vincennes
-360CST -300EST<1873 -300!CDT<3827 -300EST<9863 -300!CDT|America/Managua
-360CST -300EST<4689 -300!CDT|America/Merida
-360CST -300EST<4752 -300!CDT<10161 -300EST<10322 -300!CDT<16370 -300EST -240!EDT|America/Cancun
-420MST|America/Creston America/Phoenix MST US/Arizona
-420MST -360!MDT|America/Boise America/Denver America/Edmonton America/Hermosillo America/Mazatlan America/Shiprock America/Yellowknife Canada/Mountain MST7MDT Mexico/BajaSur Navajo US/Mountain
-420MST -360!MDT<10896 -360CST<11414 -360!MDT -300!CDT<11260 -300EST|America/Cambridge_Bay
-420MST -360!MDT<12352 -360CST -300!CDT|America/North_Dakota/New_Salem
-420MST -360!MDT<14543 -360CST -300!CDT|America/Bahia_Banderas
-420MST -360!MDT<14921 -360CST -300!CDT|America/North_Dakota/Beulah
-420MST -360!MDT<8334 -360CST -300!CDT|America/North_Dakota/Center
-420MST -360CST|America/Swift_Current
-420MST -360CST<10322 -360!MDT<19296 -360CST -300!CDT|America/Chihuahua America/Ojinaga
-420MST -360CST<10322 -360!MDT<19296 -360CST<19327 -360!MDT -300!CDT|America/Ciudad_Juarez
-480PST -420!PDT|America/Ensenada America/Los_Angeles America/Santa_Isabel America/Tijuana America/Vancouver Canada/Pacific Mexico/BajaNorte PST8PDT US/Pacific
-480PST -420!PDT<16377 -420MST|America/Fort_Nelson
-480PST -420!PDT<18568 -420MST|America/Whitehorse Canada/Yukon
-480PST -420!PDT<3224 -420MST -360!MDT|America/Inuvik
-480PST -420!PDT<973 -420MST|America/Dawson_Creek
-540AKST -480PST<16741 -480!AKDT<17840 -480PST<17917 -480!AKDT -420!PDT|America/Metlakatla
-540YST -480PST -420!PDT<18568 -420MST|America/Dawson
-540YST<5082 -540AKST -480!YDT<5051 -480!AKDT|America/Yakutat
-540YST<5082 -540AKST -480PST<3770 -480!YDT<3952 -480PST<4862 -480!AKDT -420!PDT|America/Juneau
-540YST<5082 -540AKST -480PST<4862 -480!AKDT -420!PDT|America/Sitka
-570!-0930|Pacific/Rarotonga
-60!-01|America/Godthab America/Noronha America/Nuuk Brazil/DeNoronha
-60!-01 0!+00|America/Scoresbysund
-600!-10 840!+14|Pacific/Apia
-600AHST -540!AHDT<5051 -540YST<5082 -540AKST -480!AKDT|America/Anchorage US/Alaska
-600HST|HST Pacific/Honolulu Pacific/Johnston US/Hawaii
-660BST -600!BDT -540YST<5082 -540AKST -480!AKDT|America/Nome
-660BST -600!BDT<5051 -600AHST<5082 -600HST -540!HDT|America/Adak America/Atka US/Aleutian
-660SST|Pacific/Midway Pacific/Pago_Pago Pacific/Samoa US/Samoa
0!+00|Africa/Casablanca Africa/El_Aaiun
0!+00<8306 0WET<8488 0!+00 60!WEST|Atlantic/Azores
0!GMT 60IST|Eire Europe/Dublin
0-00|Antarctica/Rothera Antarctica/Vostok
0-00<12826 0+00 120!+02|Antarctica/Troll
0GMT|Africa/Abidjan Africa/Accra Africa/Bamako Africa/Banjul Africa/Bissau Africa/Conakry Africa/Dakar Africa/Freetown Africa/Lome Africa/Monrovia Africa/Nouakchott Africa/Ouagadougou Africa/Timbuktu Atlantic/Reykjavik Atlantic/St_Helena Etc/GMT Etc/GMT+0 Etc/GMT-0 Etc/GMT0 Etc/Greenwich GMT GMT+0 GMT-0 GMT0 Greenwich Iceland
0GMT 60!BST|Europe/Belfast Europe/Guernsey Europe/Isle_of_Man Europe/Jersey Europe/London GB GB-Eire
0GMT 60WAT|Africa/Sao_Tome
0UTC|Etc/UCT Etc/UTC Etc/Universal Etc/Zulu UCT UTC Universal Zulu
0WET 60!WEST|Atlantic/Canary Atlantic/Faeroe Atlantic/Faroe Atlantic/Madeira WET
0WET 60!WEST<2850 60CET<3585 60!WEST<3957 60CET 120!CEST|Africa/Algiers
0WET 60!WEST<3137 60CET 120!CEST|Africa/Ceuta
0WET 60CET<2460 60!WEST<8306 60CET<9587 60!WEST 120!CEST|Europe/Lisbon Portugal
120CAT|Africa/Blantyre Africa/Bujumbura Africa/Gaborone Africa/Harare Africa/Kigali Africa/Lubumbashi Africa/Lusaka Africa/Maputo
120CAT 180!CAST<5766 180EAT|Africa/Juba Africa/Khartoum
120EET 180!EEST|Africa/Cairo Asia/Beirut Asia/Nicosia EET Egypt Europe/Athens Europe/Bucharest Europe/Helsinki Europe/Mariehamn Europe/Nicosia Europe/Sofia
120EET 180!EEST<17052 180+03<17469 180!EEST|Asia/Famagusta
120EET 180!EEST<19293 180+03|Asia/Amman Asia/Damascus
120EET 180!EEST<3101 180+03<5418 180!EEST<17051 180+03 240!+04|Asia/Istanbul Europe/Istanbul Turkey
120EET 180MSK<7024 180!EEST 240!MSD|Europe/Riga Europe/Tallinn
120EET 180MSK<7024 180!EEST<14913 180+03 240!MSD|Europe/Kaliningrad
120EET 180MSK<7388 180!EEST 240!MSD|Europe/Chisinau Europe/Kiev Europe/Kyiv Europe/Tiraspol Europe/Uzhgorod Europe/Zaporozhye
120EET 180MSK<7486 180!EEST<8886 180MSK<9951 180!EEST<16006 180MSK 240!MSD<9796 240MSK|Europe/Simferopol
120EET 180MSK<7759 180!EEST<14913 180+03 240!MSD|Europe/Minsk
120EET 180MSK<7759 180!EEST<7941 180MSK 240!MSD<14913 240MSK|Europe/Moscow W-SU
120IST 180!IDT|Asia/Jerusalem Asia/Tel_Aviv Israel
120IST<9496 120EET 180!IDT<9376 180!EEST|Asia/Gaza Asia/Hebron
120SAST|Africa/Johannesburg Africa/Maseru Africa/Mbabane
180EAT|Africa/Addis_Ababa Africa/Asmara Africa/Asmera Africa/Dar_es_Salaam Africa/Djibouti Africa/Kampala Africa/Mogadishu Africa/Nairobi Indian/Antananarivo Indian/Comoro Indian/Mayotte
180MSK 240+04<6660 240!MSD<7577 240+04<8123 240!MSD<14913 240MSK<16369 240+04 300!+05|Europe/Volgograd
180MSK 240+04<7024 240!MSD<7577 240+04<8123 240!MSD<14913 240MSK 300!+05|Europe/Kirov
240!+04|Asia/Baghdad
270!+0430 300!+05|Asia/Tehran Iran
300!+05|Asia/Baku Asia/Tbilisi Asia/Yerevan Europe/Astrakhan Europe/Samara Europe/Saratov Europe/Ulyanovsk Indian/Mauritius
300+05<449 300PKT 360!PKST|Asia/Karachi
330IST|Asia/Calcutta Asia/Kolkata
360!+06|Asia/Aqtau Asia/Aqtobe Asia/Ashgabat Asia/Ashkhabad Asia/Atyrau Asia/Oral Asia/Samarkand
360!+06 420!+07|Asia/Dushanbe Asia/Tashkent
420!+07|Asia/Almaty Asia/Bishkek Asia/Dacca Asia/Dhaka
420WIB|Asia/Jakarta
420WIB 480WITA|Asia/Pontianak
480!+08|Asia/Barnaul Asia/Hovd Asia/Novokuznetsk Asia/Novosibirsk Asia/Tomsk
480AWST 540!AWDT|Australia/Perth Australia/West
480CST 540!CDT|Asia/Chongqing Asia/Chungking Asia/Harbin Asia/Macao Asia/Macau Asia/Shanghai Asia/Taipei PRC ROC
480HKT 540!HKST|Asia/Hong_Kong Hongkong
480PST 540!PDT|Asia/Manila
480WITA|Asia/Makassar Asia/Ujung_Pandang
510KST 540KST|Asia/Pyongyang
540!+09|Asia/Choibalsan Asia/Ulaanbaatar Asia/Ulan_Bator
540JST|Asia/Tokyo Japan
540KST 600!KDT|Asia/Seoul ROK
540WIT|Asia/Jayapura
570ACST|Australia/Darwin Australia/North
570ACST 630!ACDT|Australia/Adelaide Australia/Broken_Hill Australia/South Australia/Yancowinna
585!+0945|Australia/Eucla
60!WAT 120SAST<7384 120CAT|Africa/Windhoek
600AEST 660!+11 690!+1130|Australia/LHI Australia/Lord_Howe
600AEST 660!AEDT|Antarctica/Macquarie Australia/ACT Australia/Brisbane Australia/Canberra Australia/Currie Australia/Hobart Australia/Lindeman Australia/Melbourne Australia/NSW Australia/Queensland Australia/Sydney Australia/Tasmania Australia/Victoria
600GST<11314 600ChST 660!GDT|Pacific/Guam Pacific/Saipan
60CET 120!CEST|Africa/Tunis Arctic/Longyearbyen Atlantic/Jan_Mayen CET Europe/Amsterdam Europe/Andorra Europe/Belgrade Europe/Berlin Europe/Bratislava Europe/Brussels Europe/Budapest Europe/Busingen Europe/Copenhagen Europe/Gibraltar Europe/Ljubljana Europe/Luxembourg Europe/Madrid Europe/Malta Europe/Monaco Europe/Oslo Europe/Paris Europe/Podgorica Europe/Prague Europe/Rome Europe/San_Marino Europe/Sarajevo Europe/Skopje Europe/Stockholm Europe/Tirane Europe/Vaduz Europe/Vatican Europe/Vienna Europe/Warsaw Europe/Zagreb Europe/Zurich Poland
60CET 120EET<10315 120!CEST<10896 120EET 180MSK<7024 180!EEST 240!MSD|Europe/Vilnius
60CET 120EET<4383 120!CEST<7213 120EET<9769 120!CEST<10138 120EET<15654 120!CEST<16003 120EET|Africa/Tripoli Libya
60MET 120!MEST|MET
60WAT|Africa/Bangui Africa/Brazzaville Africa/Douala Africa/Kinshasa Africa/Lagos Africa/Libreville Africa/Luanda Africa/Malabo Africa/Niamey Africa/Porto-Novo
60WAT 120!WAST|Africa/Ndjamena
720!+12|Asia/Sakhalin Pacific/Efate Pacific/Noumea
720!+12 750!+1230|Pacific/Norfolk
720NZST 780!NZDT|Antarctica/McMurdo Antarctica/South_Pole NZ Pacific/Auckland
780!+13|Asia/Kamchatka Pacific/Fiji
780!+13 840!+14|Asia/Anadyr
825!+1345|NZ-CHAT Pacific/Chatham
840!+14|Pacific/Tongatapu
`;
