"""The words by which columns and cells are known."""

from __future__ import annotations

# What each column may be called, the likeliest first; case, accents, spaces and signs do not matter.
KNOWN_NAMES: dict[str, str] = {
    "user_id": (
        "userid memberid uid id useridentifier memberidentifier userno usernumber memberno membernumber"
        " accountid contactid personid profileid customerid externalid uuid guid benutzerid benutzernummer"
        " nutzerid mitgliedid mitgliedsid mitgliedsnummer mitgliednr idutilisateur identifiant idmembre"
        " numeromembre idusuario iddeusuario idmiembro iddemiembro idutente idmembro iddousuario"
        " gebruikersid gebruikerid lidnummer anvandarid medlemsid medlemsnummer brukerid brugerid"
        " kayttajaid"
        " identyfikator iduzytkownika iduzivatele kullaniciid idпользователя идентификатор 用户id"
        " 用户编号 会员id"
        " 会员编号 使用者id 會員編號 ユーザーid 会員id 会員番号 사용자id 회원id 회원번호"
    ),
    "username": (
        "username displayname fullname name membername realname user member nickname screenname login"
        " benutzername anzeigename vollstandigername mitglied nomutilisateur nomdutilisateur nomcomplet"
        " nombredeusuario nombrecompleto nombre nomeutente nomecompleto nomedeusuario nome gebruikersnaam"
        " naam volledigenaam anvandarnamn namn brukernavn brugernavn navn kayttajanimi nimi"
        " nazwauzytkownika"
        " imieinazwisko uzivatelskejmeno jmeno kullaniciadi adsoyad имяпользователя имя фио 用户名 姓名"
        " 名称 使用者名稱"
        " ユーザー名 氏名 名前 表示名 사용자이름 이름 성명"
    ),
    "title": (
        "jobtitle jobposition position worktitle professionaltitle businesstitle occupation designation"
        " title jobrole currentposition currentjobtitle currenttitle jobfunction role function profession"
        " headline job jobtitel berufsbezeichnung stellenbezeichnung positionsbezeichnung funktion stelle"
        " beruf titel intituleduposte titreduposte poste fonction titre cargo puesto puestodetrabajo"
        " tituloprofesional titulodotrabalho funcao ruolo qualifica mansione posizione posizionelavorativa"
        " titolo functie functietitel functienaam befattning yrkestitel titteli tehtavanimike stilling"
        " stillingstittel stillingsbetegnelse stanowisko pozice pracovnipozice unvan pozisyon gorev"
        " isunvani"
        " должность позиция 职位 职务 职称 職位 職稱 職務 役職 役職名 肩書 肩書き 직책 직위 직함"
    ),
    "company": (
        "company companyname organisation organization organizationname organisationname employer account"
        " accountname companyororganization firm business workplace firma firmenname unternehmen"
        " arbeitgeber"
        " entreprise societe organisme employeur empresa organizacion compania empleador empregador"
        " organizacao azienda societa datoredilavoro organizzazione bedrijf bedrijfsnaam organisatie"
        " werkgever foretag arbetsgivare bedrift virksomhed arbeidsgiver yritys spolecnost sirket компания"
        " организация работодатель 公司 公司名称 单位 企业 公司名稱 会社 会社名 企業名 勤務先 회사"
        " 회사명 소속"
    ),
    "country": (
        "country countryname countrycode countryregion location land pays pais paese stato maa kraj zeme"
        " ulke страна 国家 国 國家 국가 nation"
    ),
    "joined_at": (
        "joinedat joined joindate datejoined registeredat registered registrationdate dateregistered"
        " membersince createdat created createddate creationdate datecreated signupdate signedupat"
        " registrationtime registriertam beigetretenam mitgliedseit registrierungsdatum beitrittsdatum"
        " erstelltam datedinscription dateinscription inscritle dateadhesion membredepuis creele"
        " fechaderegistro fecharegistro fechadealta miembrodesde datadiregistrazione dataregistrazione"
        " iscrittodal membrodal datadecadastro datacadastro membrodesde registratiedatum lidsinds"
        " aangemaaktop registreringsdatum medlemsedan medlemsiden datarejestracji datumregistrace"
        " kayittarihi uyeliktarihi датарегистрации 注册时间 注册日期 加入日期 註冊日期 登録日 登録日時"
        " 入会日 가입일 등록일"
    ),
    "email_domain": (
        "emaildomain email emailaddress mail mailaddress workemail businessemail primaryemail emailadresse"
        " adressemail adresseemail courriel correoelectronico correo indirizzoemail emailadres epost"
        " epostadress sahkoposti adresemail eposta электроннаяпочта почта 邮箱 电子邮件 電子郵件 メール"
        " メールアドレス 이메일"
    ),
    "first_name": (
        "firstname givenname forename first fname vorname prenom nombredepila voornaam fornamn fornavn"
        " etunimi imie krestnijmeno ad isim имя 名 名字 이름"
    ),
    "last_name": (
        "lastname surname familyname last lname nachname familienname nomdefamille nom apellido apellidos"
        " cognome sobrenome achternaam efternamn etternavn efternavn sukunimi nazwisko prijmeni soyad"
        " soyadi"
        " фамилия 姓 姓氏 성"
    ),
}
# How the columns are called in what is printed, and in the options that name one: --title-column.
SPOKEN = {
    "user_id": "user-id",
    "username": "name",
    "title": "title",
    "company": "company",
    "country": "country",
    "joined_at": "joined",
    "email_domain": "email",
    "first_name": "first-name",
    "last_name": "last-name",
}
# What may stand under "Title" and is none; compared without signs and accents.
SALUTATIONS = (
    "avv bay bayan dame dhr dipling divers don dona dott dottssa dr dring drmed drs fr frau herr herra hon"
    " hr ing ir lady lord m madame mademoiselle mag meneer mevr mevrouw miss mister mlle mme monsieur mr"
    " mrms mrs ms mx pan pani prof profdr professor rev rouva senor senora sig signor signora sigra sir sr"
    " sra srta г-жа г-н господин госпожа さん 先生 女士 小姐 様 氏 님"
)
# What communities call their members' roles, which say nothing of their work.
COMMUNITY_ROLES = (
    "admin administrator author beginner benutzer champion communitymanager contributor customer editor"
    " employee everyone expert guest member members membre miembro mitglied moderator newbie owner partner"
    " registered registereduser rookie staff subscriber superadmin superuser user users usuario utilisateur"
)
# What programs write where there is nothing; compared in lower case.
EMPTY = frozenset(
    (
        "", "#div/0!", "#error!", "#n/a", "#n/d", "#name?", "#null!", "#num!", "#nv", "#ref!", "#valeur!",
        "#value!", "#wert!", "(blank)", "(empty)", "(none)", "(null)", "-", "--", "---", ".", "00.00.0000",
        "00/00/0000", "0000-00-00", "0000-00-00 00:00:00", "0001-01-01", "0001-01-01 00:00:00",
        "0001-01-01t00:00:00", "1900-01-00", "1970-01-01 00:00:00", "1970-01-01t00:00:00z", "<empty>",
        "<na>", "<none>", "<null>", "?", "[empty]", "[null]", "\\n", "blank", "empty", "k. a.", "k.a.",
        "keine angabe", "n.a", "n.a.", "n.d.", "n/a", "n/d", "na", "nan", "nat", "nil", "no data",
        "non renseigné", "none", "not applicable", "not available", "not provided", "not set",
        "not specified", "null", "não informado", "s/d", "sin datos", "undefined", "{null}", "–", "—", "なし",
        "无", "無し", "없음",
    )
)  # fmt: skip
