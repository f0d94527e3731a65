"""Who the demonstration's members are: names, companies, and titles as people write them. All invented."""

from __future__ import annotations

_FIRST = """
    Anna Bilal Chiara Dmitri Elif Femi Grace Hiroshi Ingrid José Karin Lars Mei Nadia Olu Priya Quentin
    Renate Søren Tomasz Uma Véronique Wei Ximena Yusuf Zoë
"""
_LAST = """
    Almeida Bakker Çelik Dubois Eriksen Fischer García Haddad Ivanova Jensen Kowalski Lindqvist Müller
    Nakamura O'Brien Patel Rossi Schäfer Takahashi Usman Virtanen Wójcik Zhang
"""
_COUNTRIES = """
    Netherlands, Germany, France, Spain, Portugal, Italy, Sweden, Denmark, Norway, Finland, Poland, Türkiye,
    Japan, China, United States, United Kingdom, Brazil, India
"""
_COMPANIES = """
    Acme Robotics, Blue Harbour Bank, Cedar & Sons, Delta Freight, Elbe Logistik GmbH, Fjord Energi AS,
    Grupo Girasol, Hikari K.K., Innova S.p.A., Jupiter Insurance, Kestrel Air, Lumière SA
"""

NAMES = (_FIRST.split(), _LAST.split())
COUNTRIES = [country.strip() for country in _COUNTRIES.split(",")]
COMPANIES = [company.strip() for company in _COMPANIES.split(",")]

OFFICERS = (
    "CEO",
    "Chief Executive Officer",
    "CEO | Board Member | Keynote speaker 🚀",
    "Founder & CEO at Acme Robotics",
    "C.F.O.",
    "Chief Information Security Officer (CISO)",
    "EVP & CFO",
    "interim COO",
    "Geschäftsführer",
    "Mitglied des Vorstands",
    "PDG",
    "Directrice générale",
    "Directora General",
    "Amministratore delegato",
    "Algemeen directeur",
    "Verkställande direktör",
    "Toimitusjohtaja",
    "Prezes Zarządu",
    "代表取締役社長",
    "Former CFO, now CEO",
    "VP Sales",
    "Sr. VP Mktg @ Acme Robotics",
    "SVP Engineering",
    "V.P. of Customer Success",
    "Executive Vice President, Operations",
    "Regional Vice President EMEA",
    "Vizepräsidentin Vertrieb",
    "Vice-président des ventes",
    "Vicepresidente de Marketing",
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
    "Deputy Chief Financial Officer",
    "Vice Principal",
    "Werkstudent",
    "Community Manager",
    "Solutions Architect",
    "Scrum Master",
    "Internal Auditor",
)
