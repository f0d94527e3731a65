"""Who the demonstration's members are: names, companies and titles that go together. All invented."""

from __future__ import annotations

from dataclasses import dataclass

# The company whose community it is: its own people are suppressed.
OWN = "Acme Robotics"


@dataclass(frozen=True)
class Place:
    """A country as its people spell it, who lives there, where they work, and what officers are called.

    `officers` are pairs: the office, and its title.
    """

    spellings: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    companies: tuple[str, ...]
    officers: tuple[tuple[str, str], ...] = ()


PLACES = (
    Place(
        ("Germany", "Deutschland", "DE", "Alemania"),
        ("Anna", "Dieter", "Jonas", "Katrin", "Lars", "Renate", "Silke", "Uwe"),
        ("Brandt", "Fischer", "Krüger", "Müller", "Schäfer", "Vogel"),
        ("Elbe Logistik GmbH", "Nordlicht Versicherung AG", "Rheinwerk Optik GmbH", "Tannberg Bau KG"),
        (("chief", "Vorsitz der Geschäftsführung"), ("board", "Mitglied des Vorstands")),
    ),
    Place(
        ("France", "FRANCE", "Frankreich"),
        ("Camille", "Hugo", "Julien", "Margaux", "Noémie", "Véronique"),
        ("Dubois", "Fontaine", "Garnier", "Lefèvre", "Moreau", "Roussel"),
        ("Lumière SA", "Compagnie du Midi", "Atelier Vauban SAS"),
        (("chief", "PDG"), ("sales", "Vice-présidence des ventes")),
    ),
    Place(
        ("Spain", "España", "Espagne"),
        ("Alba", "Carmen", "José", "Lucía", "Rafael", "Ximena"),
        ("Castillo", "García", "Molina", "Ortega", "Serrano", "Vidal"),
        ("Grupo Girasol", "Banco de la Ría", "Olivares del Sur S.L."),
        (("chief", "Director General"), ("marketing", "Vicepresidente de Marketing")),
    ),
    Place(
        ("Italy", "Italia"),
        ("Chiara", "Davide", "Lorenzo", "Paola", "Silvia"),
        ("Bianchi", "Conti", "Ferraro", "Marchetti", "Rossi"),
        ("Innova S.p.A.", "Officine Garda S.r.l."),
        (("chief", "Amministratore delegato"),),
    ),
    Place(
        ("Netherlands", "Nederland", "The Netherlands"),
        ("Anouk", "Bram", "Daan", "Femke", "Sanne"),
        ("Bakker", "de Vries", "Mulder", "van Dijk", "Visser"),
        ("Blauwe Haven Bank N.V.", "Molenaar Foods B.V."),
        (("chief", "Algemeen directeur"),),
    ),
    Place(
        ("Norway", "Norge", "NO"),
        ("Eirik", "Ingrid", "Kjell", "Marit", "Solveig"),
        ("Berg", "Dahl", "Eriksen", "Haugen", "Lunde"),
        ("Fjord Energi AS", "Nordkapp Shipping ASA"),
        (("chief", "Administrerende direktør"),),
    ),
    Place(
        ("Poland", "Polska"),
        ("Agnieszka", "Joanna", "Marek", "Paweł", "Tomasz"),
        ("Kowalczyk", "Lis", "Mazur", "Wójcik", "Zając"),
        ("Wisła Systemy sp. z o.o.", "Baltic Szkło S.A."),
        (("chief", "Prezes Zarządu"),),
    ),
    Place(
        ("Japan", "日本", "JP"),
        ("Aiko", "Hiroshi", "Kenji", "Mei", "Yuki"),
        ("Ishikawa", "Mori", "Nakamura", "Sato", "Takahashi"),
        ("Hikari K.K.", "Sakura Seimitsu K.K."),
        (("chief", "代表取締役社長"),),
    ),
    Place(
        ("United States", "USA", "U.S.", "United States of America"),
        ("Denise", "Grace", "Luis", "Marcus", "Priya", "Tyler"),
        ("Bennett", "Johnson", "Nguyen", "O'Brien", "Patel", "Ramirez", "Whitaker"),
        ("Cedar & Sons, Inc.", "Delta Freight LLC", "Jupiter Insurance", "Kestrel Air"),
    ),
    Place(
        ("United Kingdom", "UK", "Great Britain", "England"),
        ("Bilal", "Femi", "Fiona", "Imogen", "Oliver", "Rhys"),
        ("Ashworth", "Fletcher", "Hughes", "Okafor", "Pritchard", "Usman"),
        ("Harbour & Quay Ltd", "Pennine Rail plc"),
    ),
)

# What officers call themselves in any country, each with the office that it is: a company has one of each.
# {company} is where they work.
OFFICERS = (
    ("chief", "CEO"),
    ("chief", "Chief Executive Officer"),
    ("chief", "CEO | Board Member | Keynote speaker 🚀"),
    ("chief", "Founder & CEO at {company}"),
    ("chief", "Former CFO, now CEO"),
    ("finance", "C.F.O."),
    ("finance", "EVP & CFO"),
    ("security", "Chief Information Security Officer (CISO)"),
    ("operations", "interim COO"),
    ("operations", "Executive Vice President, Operations"),
    ("sales", "VP Sales"),
    ("marketing", "Sr. VP Mktg @ {company}"),
    ("engineering", "SVP Engineering"),
    ("customers", "V.P. of Customer Success"),
    ("region", "Regional Vice President EMEA"),
    ("claims", "AVP, Claims"),
)

OTHERS = (
    "RPA Developer",
    "Senior Automation Engineer",
    "Business Analyst",
    "Data Scientist",
    "Head of Automation",
    "Director of Engineering",
    "Executive Assistant to the CEO",
    "Office of the CFO",
    "Chief of Staff",
    "Chief Architect",
    "Product Owner",
    "Student, future CEO",
    "Former Vice President",
    "Retired CIO",
    "Account Manager, President's Club winner",
    "Consultant | helping CIOs automate",
    "Assistentin der Geschäftsführung",
    "Vice Principal",
    "Werkstudent",
    "Community Manager",
    "Solutions Architect",
    "Scrum Master",
    "Internal Auditor",
)

# The companies that matter, as sales has them: other legal forms, or none.
ACCOUNTS = (
    ("Elbe Logistik", "1", "Dana", "EMEA", True),
    ("Fjord Energi", "1", "Dana", "EMEA", True),
    ("Kestrel Air", "2", "Ravi", "Americas", True),
    ("Hikari", "2", "Aiko", "APAC", False),
    ("Pennine Rail", "3", "Dana", "EMEA", False),
)
