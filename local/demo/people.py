"""Who the demonstration's members are: names, companies and titles that go together. All invented."""

from __future__ import annotations

from dataclasses import dataclass

# The company whose community it is: its own people are suppressed.
OWN = "Acme Robotics"


@dataclass(frozen=True)
class Place:
    """A country as its people spell it, who lives there, where they work, and what officers are called."""

    spellings: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    companies: tuple[str, ...]
    officers: tuple[str, ...] = ()


PLACES = (
    Place(
        ("Germany", "Deutschland", "DE", "Alemania"),
        ("Anna", "Jonas", "Katrin", "Lars", "Renate"),
        ("Fischer", "Krüger", "Müller", "Schäfer"),
        ("Elbe Logistik GmbH", "Nordlicht Versicherung AG"),
        ("Geschäftsführer", "Mitglied des Vorstands", "Vizepräsidentin Vertrieb"),
    ),
    Place(
        ("France", "FRANCE", "Frankreich"),
        ("Camille", "Julien", "Margaux", "Véronique"),
        ("Dubois", "Lefèvre", "Moreau"),
        ("Lumière SA", "Compagnie du Midi"),
        ("PDG", "Directrice générale", "Vice-président des ventes"),
    ),
    Place(
        ("Spain", "España", "Espagne"),
        ("Carmen", "José", "Lucía", "Ximena"),
        ("García", "Ortega", "Serrano"),
        ("Grupo Girasol", "Banco de la Ría"),
        ("Directora General", "Vicepresidente de Marketing"),
    ),
    Place(
        ("Italy", "Italia"),
        ("Chiara", "Lorenzo", "Paola"),
        ("Conti", "Ferraro", "Rossi"),
        ("Innova S.p.A.",),
        ("Amministratore delegato",),
    ),
    Place(
        ("Netherlands", "Nederland", "The Netherlands"),
        ("Anouk", "Daan", "Sanne"),
        ("Bakker", "de Vries", "van Dijk"),
        ("Blauwe Haven Bank N.V.",),
        ("Algemeen directeur",),
    ),
    Place(
        ("Norway", "Norge", "NO"),
        ("Ingrid", "Kjell", "Solveig"),
        ("Berg", "Eriksen", "Haugen"),
        ("Fjord Energi AS",),
        ("Administrerende direktør",),
    ),
    Place(
        ("Poland", "Polska"),
        ("Agnieszka", "Marek", "Tomasz"),
        ("Kowalski", "Wójcik", "Zając"),
        ("Wisła Systemy sp. z o.o.",),
        ("Prezes Zarządu",),
    ),
    Place(
        ("Japan", "日本", "JP"),
        ("Hiroshi", "Mei", "Yuki"),
        ("Nakamura", "Sato", "Takahashi"),
        ("Hikari K.K.",),
        ("代表取締役社長",),
    ),
    Place(
        ("United States", "USA", "U.S.", "United States of America"),
        ("Denise", "Grace", "Marcus", "Priya", "Tyler"),
        ("Johnson", "Nguyen", "O'Brien", "Patel"),
        ("Cedar & Sons, Inc.", "Delta Freight LLC", "Jupiter Insurance", "Kestrel Air"),
    ),
    Place(
        ("United Kingdom", "UK", "Great Britain", "England"),
        ("Bilal", "Femi", "Fiona", "Oliver"),
        ("Ashworth", "Hughes", "Okafor", "Usman"),
        ("Harbour & Quay Ltd", "Pennine Rail plc"),
    ),
)

# Titles as people write them, in any country; {company} is where they work.
OFFICERS = (
    "CEO",
    "Chief Executive Officer",
    "CEO | Board Member | Keynote speaker 🚀",
    "Founder & CEO at {company}",
    "C.F.O.",
    "Chief Information Security Officer (CISO)",
    "EVP & CFO",
    "interim COO",
    "Former CFO, now CEO",
    "VP Sales",
    "Sr. VP Mktg @ {company}",
    "SVP Engineering",
    "V.P. of Customer Success",
    "Executive Vice President, Operations",
    "Regional Vice President EMEA",
    "AVP, Claims",
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
