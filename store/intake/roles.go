package intake

import (
	"regexp"
	"strconv"
	"strings"
)

// Role is what a column is taken for.
type Role string

// The roles. Those of [Targets] can be mapped to by name.
const (
	RoleIgnored         Role = ""        // dropped on reading
	RolePhone           Role = "phone"   // of the contact
	RolePhoneLabel      Role = "label"   // says what the phone of the same number is
	RoleUserID          Role = "user_id" // WhatsApp's business-scoped id
	RoleCountry         Role = "country" // of the phone number
	RoleName            Role = "name"
	RoleFirstName       Role = "first_name"
	RoleMiddleName      Role = "middle_name"
	RoleLastName        Role = "last_name"
	RoleOtherName       Role = "other_name" // nickname or company, for want of a better name
	RoleLanguage        Role = "language"
	RoleTags            Role = "tags"
	RoleField           Role = "field" // a free field; see Column.Key
	RoleClaim           Role = "claim"
	RoleConsentAt       Role = "consent_at"
	RoleConsentMethod   Role = "consent_method"
	RoleConsentNotice   Role = "consent_notice"
	RoleConsentEvidence Role = "consent_evidence"
	RoleSavedGrade      Role = "saved_grade"
	RoleSavedAt         Role = "saved_at"
)

// fieldPrefix starts the targets and headers of free fields: field.city.
const fieldPrefix = "field."

// Targets returns the fields that Options.Map takes. The last is the beginning of a
// name, "field.".
func Targets() []string {
	return []string{
		string(RolePhone), string(RoleUserID), string(RoleCountry), string(RoleName), string(RoleFirstName), string(RoleMiddleName),
		string(RoleLastName), string(RoleLanguage), string(RoleTags), string(RoleConsentAt), string(RoleConsentMethod),
		string(RoleConsentNotice), string(RoleConsentEvidence), string(RoleSavedGrade), string(RoleSavedAt), fieldPrefix,
	}
}

// rank orders the phones of a row, the likeliest mobile first.
type rank uint8

const (
	rankWhatsApp rank = iota
	rankMobile
	rankPhone
	rankHome
	rankWork
	rankOther
)

// phoneHeaders are headers of phone columns, folded, in the seven languages; other
// headers that stand for a number people could be called on are not among them,
// because a fax, a pager or an assistant's phone must never be messaged.
var phoneHeaders = map[string]rank{
	"whatsapp": rankWhatsApp, "whatsappnumber": rankWhatsApp, "whatsappphone": rankWhatsApp,
	"whatsappno": rankWhatsApp, "numerowhatsapp": rankWhatsApp, "numerodewhatsapp": rankWhatsApp, "wa": rankWhatsApp,
	"waid": rankWhatsApp, "wanumber": rankWhatsApp,

	"mobile": rankMobile, "mobilephone": rankMobile, "mobilenumber": rankMobile, "mobileno": rankMobile,
	"cell": rankMobile, "cellphone": rankMobile, "cellular": rankMobile, "cellnumber": rankMobile,
	"movil": rankMobile, "telefonomovil": rankMobile, "tlfmovil": rankMobile, "telmovil": rankMobile,
	"numeromovil": rankMobile, "numerodemovil": rankMobile, "celular": rankMobile, "cel": rankMobile,
	"telefonocelular": rankMobile, "numerocelular": rankMobile, "numerodecelular": rankMobile, "numerodocelular": rankMobile,
	"telemovel": rankMobile, "numerodetelemovel": rankMobile, "mobil": rankMobile, "telefonmobil": rankMobile,
	"mobiltelefon": rankMobile, "handy": rankMobile, "handynummer": rankMobile,
	"mobilnummer": rankMobile, "portable": rankMobile, "telephoneportable": rankMobile, "telportable": rankMobile,
	"telephonemobile": rankMobile, "telmobile": rankMobile, "telmobil": rankMobile, "cellulare": rankMobile,
	"telefonocellulare": rankMobile, "numerocellulare": rankMobile, "gsm": rankMobile, "telefonemovel": rankMobile,
	"telefonecelular": rankMobile, "celularwhatsapp": rankWhatsApp, "telefonowhatsapp": rankWhatsApp, "telefonewhatsapp": rankWhatsApp,
	"phonemobile": rankMobile, "handynr": rankMobile, "mobilnr": rankMobile, "mobiltel": rankMobile, "numcellulare": rankMobile,
	"movilpersonal": rankMobile, "movilparticular": rankMobile, "celularpersonal": rankMobile, "numcelular": rankMobile,

	"phone": rankPhone, "phonenumber": rankPhone, "phoneno": rankPhone, "tel": rankPhone, "telephone": rankPhone,
	"telephonenumber": rankPhone, "primaryphone": rankPhone, "contactnumber": rankPhone, "contactphone": rankPhone,
	"phonevalue": rankPhone, "customerphone": rankPhone, "telefono": rankPhone, "tlf": rankPhone, "tfno": rankPhone,
	"tfn": rankPhone, "telf": rankPhone, "tlfno": rankPhone, "fono": rankPhone, "numerodetelefono": rankPhone,
	"notelefono": rankPhone, "nodetelefono": rankPhone, "numerotelefono": rankPhone, "telefonoprincipal": rankPhone,
	"telefonodecontacto": rankPhone, "telefone": rankPhone, "numerodetelefone": rankPhone, "fone": rankPhone,
	"telefoneprincipal": rankPhone, "telefon": rankPhone, "telefonnummer": rankPhone, "rufnummer": rankPhone,
	"numerodetelephone": rankPhone, "notelephone": rankPhone, "telephoneprincipal": rankPhone,
	"numeroditelefono": rankPhone, "haupttelefon": rankPhone, "numeroditel": rankPhone, "numerodetelefon": rankPhone,

	"nodetelefone": rankPhone, "ndetelephone": rankPhone, "numdetelephone": rankPhone, "telnr": rankPhone, "telefonnr": rankPhone,
	"telefonoprincipale": rankPhone, "telefonprincipal": rankPhone, "numtelefono": rankPhone, "numtelefon": rankPhone, "numtelefone": rankPhone,

	"telpersonnel": rankHome, "teldomicile": rankHome, "telcasa": rankHome, "telefonodomicilio": rankHome, "telbureau": rankWork,
	"teltrabajo": rankWork, "weiterestelefon": rankOther, "altrotelefono": rankOther, "autretelephone": rankOther, "altretelefon": rankOther,
	"telefonodelcoche": rankOther,

	"homephone": rankHome, "telefonoparticular": rankHome, "telefonodecasa": rankHome, "telefonocasa": rankHome,
	"telefonofijo": rankHome, "fijo": rankHome, "telefoneresidencial": rankHome, "telefonedecasa": rankHome,
	"telephonedomicile": rankHome, "telephonepersonnel": rankHome, "fixe": rankHome, "telefonprivat": rankHome,
	"telefonoabitazione": rankHome, "abitazione": rankHome, "telefonparticular": rankHome,

	"businessphone": rankWork, "workphone": rankWork, "officephone": rankWork, "telefonodeltrabajo": rankWork,
	"telefonotrabajo": rankWork, "telefonocomercial": rankWork, "telefonecomercial": rankWork,
	"telephonebureau": rankWork, "telephoneprofessionnel": rankWork, "telefongeschaftlich": rankWork,
	"telefonoufficio": rankWork, "ufficio": rankWork, "telefondelafeina": rankWork,

	"handphone": rankMobile, "mobilfunk": rankMobile, "mobilfunknummer": rankMobile, "mobiltelefonnummer": rankMobile,
	"contactno": rankPhone, "recapitotelefonico": rankPhone, "contactotelefonico": rankPhone, "contactetelefonic": rankPhone,
	"contatotelefonico": rankPhone, "contattotelefonico": rankPhone,

	"otherphone": rankOther, "carphone": rankOther, "otrotelefono": rankOther, "outrotelefone": rankOther,
}

// headers are the other headers, folded, in the seven languages.
var headers = map[string]Role{
	"country": RoleCountry, "countrycode": RoleCountry, "pais": RoleCountry, "codigopais": RoleCountry,
	"codigodepais": RoleCountry, "codigodopais": RoleCountry, "prefijo": RoleCountry, "ddi": RoleCountry,
	"pays": RoleCountry, "land": RoleCountry, "paese": RoleCountry, "dialcode": RoleCountry, "callingcode": RoleCountry,

	"name": RoleName, "fullname": RoleName, "contactname": RoleName, "customername": RoleName, "customer": RoleName,
	"client": RoleName, "clientname": RoleName, "displayname": RoleName, "nombre": RoleName, "nombrecompleto": RoleName,
	"nombreyapellidos": RoleName, "nombreyapellido": RoleName, "cliente": RoleName, "nombredelcliente": RoleName,
	"nombrecliente": RoleName, "contacto": RoleName, "nome": RoleName, "nomecompleto": RoleName, "nomedocliente": RoleName,
	"contato": RoleName, "nom": RoleName, "nomcomplet": RoleName, "nomicognoms": RoleName, "nometprenom": RoleName,
	"nomprenom": RoleName, "nomduclient": RoleName, "kunde": RoleName, "kundenname": RoleName,
	"cognomsinom": RoleName, "cognominom": RoleName, "apellidosynombre": RoleName, "apellidosynombres": RoleName,
	"cognomeenome": RoleName, "cognomenome": RoleName, "prenometnom": RoleName, "prenomnom": RoleName, "namevorname": RoleName,
	"vornamenachname": RoleName, "vorundnachname": RoleName, "vornameundnachname": RoleName, "ansprechpartner": RoleName,
	"vollstandigername": RoleName, "nomeecognome": RoleName, "nomecognome": RoleName, "nominativo": RoleName,
	"contact": RoleName, "contacte": RoleName, "contatto": RoleName, "kundin": RoleName, "nombres": RoleName, "fileas": RoleOtherName,
	"razonsocial": RoleOtherName, "raosocial": RoleOtherName, "razaosocial": RoleOtherName, "raisonsociale": RoleOtherName,
	"ragionesociale": RoleOtherName, "firma": RoleOtherName,

	"firstname": RoleFirstName, "givenname": RoleFirstName, "forename": RoleFirstName, "prenom": RoleFirstName,
	"vorname": RoleFirstName, "prenoms": RoleFirstName, "primernom": RoleFirstName, "nombredepila": RoleFirstName, "primeironome": RoleFirstName, "nomepropio": RoleFirstName,
	"nomeproprio": RoleFirstName, "primernombre": RoleFirstName,
	"middlename": RoleMiddleName, "additionalname": RoleMiddleName, "segundonombre": RoleMiddleName,
	"zweitername": RoleMiddleName, "deuxiemeprenom": RoleMiddleName,
	"lastname": RoleLastName, "familyname": RoleLastName, "surname": RoleLastName, "apellido": RoleLastName,
	"apellidos": RoleLastName, "primerapellido": RoleLastName, "segundoapellido": RoleLastName,
	"apellidopaterno": RoleLastName, "apellidomaterno": RoleLastName, "sobrenome": RoleLastName,
	"ultimonome": RoleLastName, "apelido": RoleLastName, "cognom": RoleLastName, "cognoms": RoleLastName,
	"primercognom": RoleLastName, "segoncognom": RoleLastName, "nomdefamille": RoleLastName, "nachname": RoleLastName, "familienname": RoleLastName, "cognome": RoleLastName,
	"nickname": RoleOtherName, "organizationname": RoleOtherName, "organization1name": RoleOtherName,

	"language": RoleLanguage, "lang": RoleLanguage, "locale": RoleLanguage, "idioma": RoleLanguage,
	"lengua": RoleLanguage, "lingua": RoleLanguage, "llengua": RoleLanguage, "langue": RoleLanguage,
	"sprache": RoleLanguage,

	"tags": RoleTags, "tag": RoleTags, "labels": RoleTags, "label": RoleTags, "groups": RoleTags, "group": RoleTags,
	"groupmembership": RoleTags, "categories": RoleTags, "category": RoleTags, "segment": RoleTags, "segments": RoleTags,
	"lists": RoleTags, "etiquetas": RoleTags, "etiqueta": RoleTags, "grupo": RoleTags, "grupos": RoleTags,
	"categoria": RoleTags, "categorias": RoleTags, "segmento": RoleTags, "etiquetes": RoleTags, "grup": RoleTags,
	"grups": RoleTags, "etiquettes": RoleTags, "groupe": RoleTags, "groupes": RoleTags, "gruppe": RoleTags,
	"gruppen": RoleTags, "kategorien": RoleTags, "kategorie": RoleTags, "etichette": RoleTags, "gruppo": RoleTags,
	"gruppi": RoleTags, "categorie": RoleTags, "marcadores": RoleTags,

	"optin": RoleClaim, "optedin": RoleClaim, "whatsappoptin": RoleClaim, "whatsappoptedin": RoleClaim,
	"whatsappopted": RoleClaim, "marketingoptin": RoleClaim, "subscribed": RoleClaim, "consent": RoleClaim,
	"gdprconsent": RoleClaim, "consentimiento": RoleClaim, "consentimento": RoleClaim, "consentiment": RoleClaim,
	"consentement": RoleClaim, "einwilligung": RoleClaim, "consenso": RoleClaim, "suscrito": RoleClaim,
	"acepta": RoleClaim, "aceptapublicidad": RoleClaim, "autoriza": RoleClaim,

	"userid": RoleUserID, "bsuid": RoleUserID, "businessscopeduserid": RoleUserID,

	"consentat": RoleConsentAt, "consentmethod": RoleConsentMethod, "consentnotice": RoleConsentNotice,
	"consentevidence": RoleConsentEvidence, "savedgrade": RoleSavedGrade, "savedat": RoleSavedAt,
}

// Google numbers its groups: "Phone 2 - Value" holds the number, "Phone 2 - Label"
// (since 2024) or "Phone 2 - Type" (before) what it is.
var (
	googlePhone = regexp.MustCompile(`^phone(\d+)(value|label|type)$`)
	counted     = regexp.MustCompile(`\d+$`)
)

// columnOf tells what a column is from its header.
func columnOf(header string) Column {
	folded := fold(header)
	if m := googlePhone.FindStringSubmatch(folded); m != nil {
		group, err := strconv.Atoi(m[1])
		if err != nil {
			return Column{Header: header}
		}
		if m[2] == "value" {
			return Column{Header: header, Role: RolePhone, group: group, rank: rankPhone}
		}
		return Column{Header: header, Role: RolePhoneLabel, group: group}
	}
	if role, ok := headers[folded]; ok {
		return Column{Header: header, Role: role}
	}
	// "Phone 2" and "Apellido 1" are more of what "Phone" and "Apellido" are.
	one := counted.ReplaceAllString(folded, "")
	if r, ok := phoneHeaders[one]; ok {
		return Column{Header: header, Role: RolePhone, rank: r}
	}
	if headers[one] == RoleLastName {
		return Column{Header: header, Role: RoleLastName}
	}
	if r, ok := wordsOfPhone(header); ok {
		return Column{Header: header, Role: RolePhone, rank: r}
	}
	if rest, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(header)), fieldPrefix); ok {
		header = rest
	}
	if key := FieldKey(header); key != "" {
		return Column{Header: header, Role: RoleField, Key: key}
	}
	return Column{Header: header}
}
