package optout_test

import (
	"os"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"pregon/store/optout"
)

// promised is the table that was agreed on, language by language; the words of
// the shop's file may be more, never fewer.
var promised = map[string]string{
	"any": "STOP, STOPALL, UNSUBSCRIBE, OPTOUT, OPT OUT, END, QUIT, CANCEL, REVOKE, REMOVE, 🛑",
	"en":  "STOP, UNSUBSCRIBE, NO MORE MESSAGES, leave me alone, remove me, take me off",
	"es":  "BAJA, DAR DE BAJA, DARME DE BAJA, NO MÁS MENSAJES, PARAR, ALTO, CANCELAR, SALIR, BORRAR",
	"pt":  "SAIR, PARAR, DESCADASTRAR, REMOVER, NÃO QUERO MAIS, PARE, CANCELAR, CHEGA",
	"fr":  "STOP, ARRET, ARRÊT, DÉSABONNER, DÉSINSCRIRE, ARRÊTEZ, RÉSILIER, FIN",
	"de":  "STOPP, ABMELDEN, ABBESTELLEN, KEINE NACHRICHTEN, ENDE, AUFHÖREN, AUS",
	"it":  "STOP, DISISCRIVIMI, CANCELLAMI, BASTA MESSAGGI, FERMA, BASTA, ANNULLA",
	"hi":  "रोकें, बंद करें, सदस्यता समाप्त, BAND KARO, बंद, मत भेजो, NAHI CHAHIYE",
	"id":  "BERHENTI, STOP, BATAL LANGGANAN, UNREG, KELUAR, JANGAN KIRIM",
	"ar":  "إيقاف, توقف, إلغاء الاشتراك, الغاء, قف, لا اريد, كفى",
	"tr":  "DUR, DURDUR, ÇIK, ABONELİKTEN ÇIK, RET, IPTAL, İPTAL, YETER, İSTEMİYORUM",
}

// spellings are the ways one word is typed.
func spellings(t *testing.T, word string) []string {
	t.Helper()
	plain, _, err := transform.String(transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), word)
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Devanagari, r) }) {
		plain = word // its vowels are marks, and nobody leaves them out
	}
	turkish := strings.ToLowerSpecial(unicode.TurkishCase, word)
	return []string{
		word, strings.ToLower(word), strings.ToUpper(word), plain, strings.ToLower(plain), strings.ToUpper(plain),
		turkish, strings.ToUpperSpecial(unicode.TurkishCase, turkish), norm.NFD.String(word), norm.NFKD.String(word),
		word + "!", word + ".", "  " + word + " \n", "¡" + word + "!!!", "«" + word + "»", word + " 🙏🏽", "😡" + word + "👎",
		word + "\u200d", "\u2068" + word + "\u2069", strings.ReplaceAll(word, " ", "  "), strings.ReplaceAll(word, " ", "\u00a0"),
	}
}

func TestRequirement09EveryPromisedStopWordInEverySpellingStops(t *testing.T) {
	t.Parallel()
	for language, list := range promised {
		for word := range strings.SplitSeq(list, ", ") {
			for _, typed := range spellings(t, word) {
				for _, kind := range []string{"text", "button", "interactive", "edit", ""} {
					if got := optout.Classify(optout.Message{Kind: kind, Text: typed}); got.Meaning != optout.Stop {
						t.Errorf("%s %q as %s: %s, want stop", language, typed, kind, got.Meaning)
					}
				}
			}
		}
	}
}

// lines reads a file of examples.
func lines(t *testing.T, name string) []string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			list = append(list, line)
		}
	}
	return list
}

func TestRequirement09OrdinarySentencesAreNotTakenForStops(t *testing.T) {
	t.Parallel()
	list := lines(t, "benign.txt")
	if len(list) < 200 {
		t.Fatalf("only %d sentences", len(list))
	}
	var stops, reviews []string
	for _, line := range list {
		got := optout.Classify(optout.Message{Kind: "text", Text: line})
		switch got.Meaning {
		case optout.Stop:
			stops = append(stops, line)
			if got.Sure {
				t.Errorf("%q is taken for a sure stop, which nobody could correct", line)
			}
		case optout.Review:
			reviews = append(reviews, line)
		case optout.Join, optout.Yes, optout.No, optout.Saved, optout.None:
		}
	}
	if len(stops)*100 > 2*len(list) {
		t.Errorf("%d of %d are false stops: %q", len(stops), len(list), stops)
	}
	if len(reviews)*100 > 2*len(list) {
		t.Errorf("%d of %d are held for a person: %q", len(reviews), len(list), reviews)
	}
}

func TestRequirement10RefusalsInOtherWordsAreHeard(t *testing.T) {
	t.Parallel()
	for _, line := range lines(t, "refusals.txt") {
		want, text, _ := strings.Cut(line, "\t")
		got := optout.Classify(optout.Message{Kind: "text", Text: text})
		if string(got.Meaning) != want {
			t.Errorf("%q: %s, want %s", text, got.Meaning, want)
		}
	}
}

func TestRequirement10WhatCannotBeReadIsForAPerson(t *testing.T) {
	t.Parallel()
	tests := map[string]optout.Meaning{
		"audio": optout.Review, "sticker": optout.Review, "image": optout.None, "video": optout.None, "location": optout.None,
		"contacts": optout.None, "unsupported": optout.None, "": optout.None,
	}
	for kind, want := range tests {
		if got := optout.Classify(optout.Message{Kind: kind}); got.Meaning != want {
			t.Errorf("%q: %s, want %s", kind, got.Meaning, want)
		}
	}
	if got := optout.Classify(optout.Message{Kind: "image", Text: "STOP"}); got.Meaning != optout.Stop {
		t.Errorf("a caption: %s, want stop", got.Meaning)
	}
	if got := optout.Classify(optout.Message{Kind: "reaction", Text: "🛑"}); got.Meaning != optout.Stop {
		t.Errorf("a reaction: %s, want stop", got.Meaning)
	}
}

func TestButtonsAreReadByTheirWordsAndByWhatTheyCarry(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text, payload string
		want          optout.Meaning
		sure          bool
	}{
		{"Stop promotions", "", optout.Stop, true},
		{"Stop promotions", "Stop promotions", optout.Stop, true},
		{"No thanks", "STOP:4211", optout.Stop, true},
		{"", "stop_promotions", optout.Stop, true},
		{"", "stopPromotions", optout.Stop, true},
		{"", "OPT_OUT", optout.Stop, true},
		{"", "MARKETING_OPT_OUT", optout.Stop, true},
		{"", "btn-unsubscribe-7", optout.Stop, true},
		{"Detener promociones", "x", optout.Stop, true},
		{"Darme de baja", "x", optout.Stop, true},
		{"Parar promoções", "x", optout.Stop, true},
		{"Sair da lista", "x", optout.Stop, true},
		{"Cancelar", "x", optout.Stop, false},
		{"My order", "CANCEL", optout.None, false},
		{"Not interested", "x", optout.Review, false},
		{"Yes", "yes:12", optout.Yes, false},
		{"Sí, quiero", "x", optout.Yes, false},
		{"No", "no:12", optout.No, false},
		{"See the menu", "MENU", optout.None, false},
		{"", "", optout.None, false},
	}
	for _, test := range tests {
		for _, kind := range []string{"button", "interactive"} {
			got := optout.Classify(optout.Message{Kind: kind, Text: test.text, Payload: test.payload})
			if got.Meaning != test.want || got.Sure != test.sure {
				t.Errorf("%s %q carrying %q: %+v, want %s, sure %v", kind, test.text, test.payload, got, test.want, test.sure)
			}
		}
	}
}

func TestJoinAnswersAndSavedWords(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want optout.Reading
	}{
		{"START", optout.Reading{Meaning: optout.Join}},
		{"Join!", optout.Reading{Meaning: optout.Join}},
		{"unstop", optout.Reading{Meaning: optout.Join}},
		{"alta", optout.Reading{Meaning: optout.Join}},
		{"ALTA luna", optout.Reading{Meaning: optout.Join, Rest: "luna"}},
		{"Alta: Luna-7", optout.Reading{Meaning: optout.Join, Rest: "luna 7"}},
		{"JOIN ٤٢", optout.Reading{Meaning: optout.Join, Rest: "42"}},
		{"Je m'inscris LUNA", optout.Reading{Meaning: optout.Join, Rest: "luna"}},
		{"Entrar", optout.Reading{Meaning: optout.Join}},
		{"BAŞLAT", optout.Reading{Meaning: optout.Join}},
		{"शुरू करें", optout.Reading{Meaning: optout.Join}},
		{"Anmelden", optout.Reading{Meaning: optout.Join}},
		{"I want to join my sister for the tasting", optout.Reading{Meaning: optout.None}},
		{"join us all for the big tasting on Sunday", optout.Reading{Meaning: optout.None}},
		{"Sí", optout.Reading{Meaning: optout.Yes}},
		{"sim!", optout.Reading{Meaning: optout.Yes}},
		{"हां", optout.Reading{Meaning: optout.Yes}}, // as most type it
		{"نعم", optout.Reading{Meaning: optout.Yes}},
		{"No, gracias", optout.Reading{Meaning: optout.No}},
		{"não", optout.Reading{Meaning: optout.No}},
		{"SAVED", optout.Reading{Meaning: optout.Saved}},
		{"guardado.", optout.Reading{Meaning: optout.Saved}},
		{"Salvo 👍", optout.Reading{Meaning: optout.Saved}},
		{"salvo engano", optout.Reading{Meaning: optout.None}},
		{"start stop", optout.Reading{Meaning: optout.Review}},
		{"START STOP. BAJA", optout.Reading{Meaning: optout.Stop}},
		{"", optout.Reading{Meaning: optout.None}},
		{"👍", optout.Reading{Meaning: optout.None}},
	}
	for _, test := range tests {
		if got := optout.Classify(optout.Message{Kind: "text", Text: test.text}); got != test.want {
			t.Errorf("%q: %+v, want %+v", test.text, got, test.want)
		}
	}
}

func TestNormalFormIsTheOneThatWasAgreed(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"case and accents", "ARRÊTEZ Désabonner ÑANDÚ", "arretez desabonner nandu"},
		{"every Turkish i", "İPTAL IPTAL ıptal iptal", "iptal iptal iptal iptal"},
		{"punctuation and emoji", "¡Baja!… 🙏🏽 (por favor)", "baja por favor"},
		{"harakat and tatweel", "تَوَقَّـــف", "توقف"},
		{"forms of alef", "إيقاف أيقاف ايقاف", "ايقاف ايقاف ايقاف"},
		{"joiners", "st\u200cop \u200fx", "stop x"},
		{"digits", "٤٢ ۴۲ ४२ ４２", "42 42 42 42"},
		{"wide and styled", "ＳＴＯＰ 𝗦𝗧𝗢𝗣", "stop stop"},
		{"sharp s", "Straße", "strasse"},
		{"apostrophes", "don't d’accord", "dont daccord"},
		{"stretched", "stoooop grrrr 1000", "stop gr 1000"},
		{"nothing", " \t!", ""},
	}
	for _, test := range tests {
		if got := optout.Normal(test.text); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestShownFindsAWayOut(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"Write STOP to leave.": true, "Para salir escriba BAJA": true, "Para sair escreva SAIR": true, "ABMELDEN mit ABMELDEN": true,
		"Half price today": false, "": false, "Nonstop music": false,
	} {
		if got := optout.Shown(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// FuzzClassify holds what must be true of every message.
func FuzzClassify(f *testing.F) {
	for _, list := range promised {
		for word := range strings.SplitSeq(list, ", ") {
			f.Add("text", word, "")
		}
	}
	f.Add("button", "Stop promotions", "STOP:1")
	f.Add("audio", "", "")
	f.Add("text", "Alta: Luna-7", "")
	f.Add("text", strings.Repeat("stop ", 2000), "\xff\xfe")
	f.Fuzz(func(t *testing.T, kind, text, payload string) {
		got := optout.Classify(optout.Message{Kind: kind, Text: text, Payload: payload})
		switch got.Meaning {
		case optout.Stop, optout.Review, optout.Saved, optout.Join, optout.Yes, optout.No, optout.None:
		default:
			t.Fatalf("%q means %q", text, got.Meaning)
		}
		if got.Sure && got.Meaning != optout.Stop || got.Rest != "" && got.Meaning != optout.Join {
			t.Errorf("%q: %+v", text, got)
		}
		normal := optout.Normal(text)
		if optout.Normal(normal) != normal {
			t.Errorf("%q: the normal form %q has another, %q", text, normal, optout.Normal(normal))
		}
		if len(text) > 1000 {
			return
		}
		// Shouting, politeness and pictures change nothing about a stop.
		plain := optout.Classify(optout.Message{Kind: "text", Text: text})
		if dressed := optout.Classify(optout.Message{Kind: "text", Text: "\u00a0" + text + " 🙏🏽!"}); dressed != plain {
			t.Errorf("%q: %+v, dressed up %+v", text, plain, dressed)
		}
	})
}
