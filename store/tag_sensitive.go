package store

import (
	"strings"
	"unicode"
)

// Sensitive is a kind of data that the law protects more than others (GDPR, article 9).
type Sensitive string

// The kinds. NotSensitive is none of them, as far as a list of words can tell.
const (
	NotSensitive       Sensitive = ""
	SensitiveHealth    Sensitive = "health"
	SensitiveReligion  Sensitive = "religion"
	SensitiveUnion     Sensitive = "union"
	SensitivePolitics  Sensitive = "politics"
	SensitiveSexuality Sensitive = "sexuality"
)

// sensitive are words of English, Spanish, Portuguese, Catalan and French, folded; a star stands for any ending, a plus for
// another word that has to follow, and = means the whole tag. Our own compilation: it warns of what is plainly said and
// proves nothing of what is not.
var sensitive = []struct {
	kind  Sensitive
	words string
}{
	{SensitiveHealth, `diabet* celiac* coeliac* celiaq* coeliaq* cœliaq* alerg* allerg* al·lerg* asthma* asma asmatic* embaraz* embarass* gestante*
		gravida gravidas gravidez pregnan* enceinte grossesse cancer* hiv vih sida aids seropos* depress* depres* autis* epilep* enferm* doente*
		doenca* malalt* malad* sick ill illness* disab* discapac* deficien* handicap* minusval* invalido invalida invalidos invalidas
		invalidite obes* covid* salud saude sante health medico medica medicos medicas medical medicat* medicament* psiq* psych*
		adict* addict* alcoholic* dementia* alzheimer*`},
	{SensitiveReligion, `catolic* catholic* cristiano* cristiana* cristao* crista cristia christian christians chretien* musulm* muslim*
		muculman* islam* judio judios judia judeu* jueu jueva jueus juif juifs juive juives jew jews jewish evangelic*
		protestant* budis* buddhis* bouddhis* hindu* ateo* ateu* athee* atheis* mormon* testigo* halal kosher casher ramadan iglesia igreja* esglesia
		eglise church churches mezquita* mosque mosques mosquee mesquita* sinagog* synagog* religi*`},
	{SensitiveUnion, `sindica* syndicat syndicats syndical* syndique* =union =unions trade+union trade+unions labor+union labour+union
		union+member union+members union+worker union+workers unionist* unionis* ugt ccoo cgt cgtp cnt`},
	{SensitivePolitics, `=politica =politico politicos =politics political politique =politiques partido+politico partit+politic parti+politique
		socialis* comunis* communis* conservador* conservative* republican* democrat* psoe =podemos =labour labour+party labour+voter
		tory tories votante* votant* voter* eleitor* electeur* =izquierda =izquierdas =esquerda =esquerra izquierdis* esquerdis* derechist*
		direitist* anarquis* anarchis* fascis* feminis* independentis*`},
	{SensitiveSexuality, `gay gays lesbian* lesbica* bisex* trans transgen* transex* queer lgbt* lgtb* homosex*`},
}

// harmless are words that stand in a tag for something else than they are in the list for.
var harmless = []string{"kosher salt", "sal kosher", "enceinte bluetooth", "political map"}

// SensitiveTag says what kind of protected data a tag seems to name, NotSensitive where none.
func SensitiveTag(tag string) Sensitive {
	words := strings.FieldsFunc(Fold(tag), func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("-_./+:,;", r) })
	text := " " + strings.Join(words, " ") + " "
	for _, other := range harmless {
		text = strings.ReplaceAll(text, " "+other+" ", " ")
	}
	for _, list := range sensitive {
		for pattern := range strings.FieldsSeq(list.words) {
			if said(text, pattern) {
				return list.kind
			}
		}
	}
	return NotSensitive
}

// said looks for a pattern of the list in words with a blank around each.
func said(text, pattern string) bool {
	if only, whole := strings.CutPrefix(pattern, "="); whole {
		return text == " "+only+" "
	}
	stem, longer := strings.CutSuffix(strings.ReplaceAll(pattern, "+", " "), "*")
	if longer {
		return strings.Contains(text, " "+stem)
	}
	return strings.Contains(text, " "+stem+" ")
}

// FirstSensitive is the first of several tags that seems to name protected data, with its kind; "" where none does.
func FirstSensitive(tags []string) (tag string, kind Sensitive) {
	for _, one := range tags {
		if kind := SensitiveTag(one); kind != NotSensitive {
			return one, kind
		}
	}
	return "", NotSensitive
}
