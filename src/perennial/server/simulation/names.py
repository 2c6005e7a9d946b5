"""What people, companies, places and goods are called here. None of them is real; addresses end in reserved domains."""

from __future__ import annotations

from typing import NamedTuple


class Country(NamedTuple):
    """`phone` is the beginning of a mobile number and how many digits follow; `share` of all people."""

    code: str
    share: float
    phone: tuple[str, int]
    first: tuple[str, ...]
    last: tuple[str, ...]
    cities: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


COUNTRIES = (
    Country(
        "GB", 0.3, ("+447", 9),
        _words("Oliver Amelia George Isla Harry Olivia Jack Ava Arthur Lily Noah Sophia Leo Freya Oscar Grace Archie"
               " Florence Henry Ivy Theodore Willow Thomas Rosie Edward Alice Hugh Matilda Rupert Beatrice"),
        _words("Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Robinson Wright Thompson Evans Walker"
               " White Roberts Green Hall Wood Harris Clarke Jackson Turner Hill Cooper Ward Moore Morris King Baker"
               " Harrison Morgan Allen Scott Watson Parker Bennett Young Hughes Edwards Fletcher Chapman Whitfield"),
        _words("London Leeds Bristol York Glasgow Cardiff Norwich Exeter Derby Bath"),
    ),
    Country(
        "DE", 0.25, ("+4915", 9),
        _words("Lukas Mia Leon Emma Finn Hannah Jonas Lea Paul Anna Felix Marie Max Lina Moritz Klara Jürgen Käthe"
               " Björn Grete Anton Frieda Emil Ida Matthias Sabine Holger Petra Dieter Renate"),
        _words("Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter"
               " Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Krause Lehmann"
               " Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Vogel"),
        _words("Berlin Hamburg München Köln Leipzig Dresden Bremen Essen Nürnberg Kiel"),
    ),
    Country(
        "BA", 0.15, ("+3876", 7),
        _words("Amar Lejla Tarik Emina Haris Amina Adnan Selma Đorđe Jelena Ivan Marija Edin Ajla Kenan Sara Mirza"
               " Dženana Nermin Aida Dragan Milica Senad Azra Damir Ivana Zlatan Merjem Faruk Nejra"),
        _words("Hodžić Kovačević Hadžić Begić Delić Marković Petrović Babić Jurić Halilović Mujić Suljić Salihović"
               " Ibrahimović Jovanović Nikolić Tomić Perić Šarić Ćosić Alić Omerović Zukić Softić Memić Karić Vuković"),
        _words("Sarajevo Mostar Tuzla Zenica Bihać Travnik Trebinje Konjic"),
    ),
    Country(
        "KZ", 0.15, ("+7701", 7),
        _words("Айгерім Нұрлан Дана Ерлан Мадина Асхат Әсел Тимур Гүлнар Бекзат Жанна Санжар Айдана Дәурен Камила"
               " Арман Назерке Олжас Сәуле Ермек Aigerim Daniyar Zhansaya Alikhan Tomiris Miras"),
        _words("Ахметов Сейітова Омаров Жұмабаева Қасымов Нұрланова Ибрагимов Әбдіров Сатпаева Төлегенов Оспанова"
               " Мұратов Байжанова Искаков Алимова Кенжебаев Рахимова Тұрсынов Serikova Nurgaliyev Bekova Abenov"),
        _words("Алматы Астана Шымкент Қарағанды Ақтөбе Тараз Pavlodar Semey"),
    ),
    Country(
        "FR", 0.15, ("+336", 8),
        _words("Louis Jade Gabriel Louise Raphaël Emma Jules Chloé Adam Inès Hugo Léa Arthur Zoé Léon Camille Étienne"
               " Hélène Benoît Margaux Théo Manon Noé Agathe"),
        _words("Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefebvre Michel"
               " Garcia David Bertrand Roux Vincent Fournier Morel Girard André Mercier Dupont Lambert Bonnet Legrand"),
        _words("Paris Lyon Lille Nantes Nice Rennes Dijon Tours Nancy Annecy"),
    ),
)  # fmt: skip
MAIL_DOMAINS = ("example.com", "example.org", "example.net", "mail.example", "post.example", "inbox.example")
TRADES = _words("Trading Logistics Foods Textiles Media Software Interiors Energy Medical Garden Print Tools Travel"
                " Supplies Consulting Design")  # fmt: skip
INDUSTRIES = ("Retail", "Transport", "Food", "Clothing", "Media", "Software", "Furniture", "Energy", "Health", "Garden",
              "Printing", "Hardware", "Travel", "Wholesale", "Consulting", "Design")  # fmt: skip
MATERIALS = _words("Oak Linen Copper Glass Wool Bamboo Marble Cotton Steel Ceramic Cork Velvet Brass Paper Slate"
                   " Walnut")  # fmt: skip
THINGS = _words("Lamp Bowl Chair Blanket Vase Clock Mug Tray Basket Mirror Candle Shelf Cushion Teapot Frame Rug Jar"
                " Box Coaster Notebook Planter Lantern Stool Apron Board Jug Plate Hook Throw Pitcher")  # fmt: skip
COLOURS = _words("Blue Red Green White Black Amber")
PAGES = ("Home", "Delivery", "Returns", "About us", "Sale", "New in", "Gift ideas", "Contact", "Account", "Stores",
         "Lighting", "Kitchen", "Living room", "Garden", "Bedroom", "Journal")  # fmt: skip
COMPLAINTS = ("Arrived broken", "Came too late", "Wrong item", "Part is missing", "Not as described")
