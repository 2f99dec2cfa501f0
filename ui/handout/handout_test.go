package handout_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"strings"
	"testing"
	"time"

	"pregon/assets"
	"pregon/store"
	"pregon/store/storetest"
	"pregon/ui/handout"
	"pregon/ui/say"
)

// hostile is what a stranger may choose as a profile name: an escape sequence, markup, and text that runs backwards.
const hostile = "Eve\x1b[31m</blockquote><script>alert(1)</script>\u202egnp.exe & \"co\""

func speak(t *testing.T, language string) *say.Printer {
	t.Helper()
	p, err := say.New(language, assets.Locales())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// customer is one person who agreed at the counter, withdrew nothing, and got one broadcast.
func customer(t *testing.T, name, evidence string) store.Proof {
	t.Helper()
	shop := storetest.New(t)
	ctx := t.Context()
	c, err := shop.AddContact(ctx, store.NewContact{Phone: storetest.Phone(1), Name: name, Source: "till"})
	if err != nil {
		t.Fatal(err)
	}
	in := storetest.OptIn(c.ID)
	in.Notice, in.Evidence = "optin-es", evidence
	if _, err := shop.RecordOptIn(ctx, in); err != nil {
		t.Fatal(err)
	}
	shop.Saved(t, c.ID)
	shop.Started(t, "sendable:yes")
	proof, err := shop.Proof(ctx, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	return proof
}

func TestTheReceiptIsInTheCustomersLanguageWithTheExactWords(t *testing.T) {
	t.Parallel()
	proof := customer(t, "Lucía", "card 7")
	receipt, found := handout.NewReceipt(proof, speak(t, "es"))
	if !found {
		t.Fatal("she agreed, and there is no receipt")
	}
	text := receipt.Text()
	for what, want := range map[string]string{
		"the shop":         "Panadería Luna · +1 604-555-0199",
		"the words":        "¿Puede Panadería Luna escribirle? Guarde +1 604-555-0199.",
		"their version":    "optin-es v1",
		"who and where":    "Marta, counter",
		"her number":       "+1 604-500-0001",
		"the way out":      "BAJA",
		"the rights":       "protección de datos",
		"the ledger's end": proof.Head,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s: %q is not in\n%s", what, want, text)
		}
	}
	if receipt.Language() != "es" {
		t.Errorf("it is in %q", receipt.Language())
	}
}

func TestWithoutAYesThereIsNoReceipt(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	proof, err := shop.Proof(t.Context(), shop.Contact(t, 1))
	if err != nil {
		t.Fatal(err)
	}
	if _, found := handout.NewReceipt(proof, speak(t, "en")); found {
		t.Error("she agreed to nothing and got a receipt")
	}
}

func TestThePrintedReceiptIsOneWholePageWithoutScripts(t *testing.T) {
	t.Parallel()
	proof := customer(t, "Lucía", "card 7")
	proof.Shop.Name = hostile
	for i := range proof.Events {
		proof.Events[i].Place, proof.Events[i].Notice.Text = hostile, hostile
	}
	receipt, _ := handout.NewReceipt(proof, speak(t, "en"))
	var page strings.Builder
	if err := receipt.Page(&page); err != nil {
		t.Fatal(err)
	}
	html := page.String()
	for _, bad := range []string{"<script", "\x1b", "\u202e", "http://", "https://", "src=", "href="} {
		if strings.Contains(html, bad) {
			t.Errorf("the page has %q:\n%s", bad, html)
		}
	}
	for _, tag := range []string{"html", "body", "blockquote", "h1"} {
		if strings.Count(html, "<"+tag) != 1 || strings.Count(html, "</"+tag+">") != 1 {
			t.Errorf("the page has %d <%s>: outside text broke it", strings.Count(html, "<"+tag), tag)
		}
	}
	if !strings.Contains(html, proof.Head) || !strings.Contains(html, `lang="en"`) {
		t.Error("the page lacks the seal or its language")
	}
}

func TestAStrangerCanReadTheSheet(t *testing.T) {
	t.Parallel()
	proof := customer(t, "Lucía Marín", "card 7")
	sheet := handout.Sheet(proof, speak(t, "en"), handout.PaperWidth)
	for what, want := range map[string]string{
		"who":          "Person: Lucía Marín, +1 604-500-0001",
		"from where":   "till",
		"when":         "24 Nov 2026 10:00",
		"how":          "how: heard the words read aloud",
		"where":        "where: counter",
		"by whom":      "recorded by: Marta",
		"evidence":     "evidence: card 7",
		"the words":    "¿Puede Panadería Luna escribirle?",
		"their hash":   "SHA-256: " + proof.Events[0].Notice.SHA256,
		"saved":        "saved number seen",
		"broadcasts":   "Broadcasts to this person: 1",
		"which":        "Half price: ",
		"how to check": "pregon consent verify",
		"the end":      proof.Head,
	} {
		if !strings.Contains(sheet, want) {
			t.Errorf("%s: %q is not in\n%s", what, want, sheet)
		}
	}
	for line := range strings.SplitSeq(sheet, "\n") {
		if len([]rune(line)) > 80 {
			t.Errorf("%q does not fit a page", line)
		}
	}
	if strings.Contains(sheet, "WARNING") {
		t.Error("a whole proof warns")
	}
}

func TestTheSheetSaysWhenItsRecordsWereChanged(t *testing.T) {
	t.Parallel()
	proof := customer(t, "Lucía", "")
	proof.Whole = false
	if sheet := handout.Sheet(proof, speak(t, "en"), handout.PaperWidth); !strings.Contains(sheet, "WARNING") {
		t.Errorf("it does not:\n%s", sheet)
	}
}

func TestTheSheetSaysWhatWasEnteredLater(t *testing.T) {
	t.Parallel()
	proof := customer(t, "Lucía", "")
	proof.Events[0].At = proof.Events[0].RecordedAt.Add(-48 * time.Hour)
	sheet := handout.Sheet(proof, speak(t, "en"), handout.PaperWidth)
	if !strings.Contains(sheet, "22 Nov 2026 10:00  agreed") || !strings.Contains(sheet, "entered later, on: 24 Nov 2026 10:00") {
		t.Errorf("it does not:\n%s", sheet)
	}
}

func TestHostileTextIsHarmlessOnTheSheet(t *testing.T) {
	t.Parallel()
	proof := customer(t, hostile, hostile)
	for _, language := range []string{"en", "es", "pt"} {
		if sheet := handout.Sheet(proof, speak(t, language), handout.PaperWidth); strings.ContainsAny(sheet, "\x1b\u202e") {
			t.Errorf("%s: %q", language, sheet)
		}
	}
}

func TestRequirement19TheRecordHasTheStandardsNames(t *testing.T) {
	t.Parallel()
	proof := customer(t, "Lucía", "card 7")
	data, err := json.Marshal(handout.NewRecord(proof, speak(t, "en")))
	if err != nil {
		t.Fatal(err)
	}
	var record map[string]any
	if err := json.Unmarshal(data, &record); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"schema_version", "record_id", "pii_principal_id", "pii_processing", "party_identification", "event"} {
		if record[name] == nil || record[name] == "" {
			t.Errorf("the record lacks %s", name)
		}
	}
	purpose := at(t, record, "pii_processing", 0, "purposes", 0)
	want := map[string]string{"purpose_type": "marketing", "lawful_basis": "consent", "collection_method": "spoken", "retention_period": "P3Y"}
	for name, value := range want {
		if purpose[name] != value {
			t.Errorf("%s is %v, want %s", name, purpose[name], value)
		}
	}
	if notice := at(t, record, "pii_processing", 0); notice["privacy_notice"] != "optin-es v1" || notice["language"] != "es" {
		t.Errorf("the notice is %v in %v", notice["privacy_notice"], notice["language"])
	}
	event := at(t, record, "event", 0)
	if event["event_state"] != "consent:given" || event["event_time"] != "2026-11-24T10:00:00Z" || event["entity_id"] != "Marta" || event["event_evidence"] != "card 7" {
		t.Errorf("the event is %v", event)
	}
	if party := at(t, record, "party_identification", 0); party["party_role"] != "pii_controller" || party["party_name"] != "Panadería Luna" {
		t.Errorf("the controller is %v", party)
	}
}

// at walks into decoded JSON.
func at(t *testing.T, value any, path ...any) map[string]any {
	t.Helper()
	for _, step := range path {
		switch step := step.(type) {
		case string:
			value = value.(map[string]any)[step] //nolint:forcetypeassert // a wrong shape fails the test
		case int:
			list, ok := value.([]any)
			if !ok || len(list) <= step {
				t.Fatalf("nothing at %v", path)
			}
			value = list[step]
		}
	}
	return value.(map[string]any) //nolint:forcetypeassert // as above
}

func TestARecordWithoutAnyActIsEmptyAndWhole(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	proof, err := shop.Proof(t.Context(), shop.Contact(t, 1))
	if err != nil {
		t.Fatal(err)
	}
	record := handout.NewRecord(proof, speak(t, "en"))
	if len(record.Events) != 0 || len(record.Processing) != 0 || record.PrincipalID != string(storetest.Phone(1)) {
		t.Errorf("%+v", record)
	}
}

func TestTheLinkOpensAChatWithTheJoinWord(t *testing.T) {
	t.Parallel()
	tests := map[string]string{"en": "JOIN Panadería Luna", "es": "ALTA Panadería Luna", "pt": "ENTRAR Panadería Luna", "hi": "JOIN Panadería Luna", "": "JOIN Panadería Luna"}
	for language, want := range tests {
		link, err := url.Parse(storetest.Settings().JoinLink(store.JoinText("Panadería  Luna", language)))
		if err != nil || link.Host != "wa.me" || link.Path != "/16045550199" || link.Query().Get("text") != want {
			t.Errorf("%q: %v, %v", language, link, err)
		}
		if strings.Contains(link.RawQuery, "+") {
			t.Errorf("%q: a space is a plus: WhatsApp shows it as one", link)
		}
	}
}

// poster makes the poster of the languages the program has words in.
func poster(t *testing.T, name string, languages ...string) handout.Poster {
	t.Helper()
	made := handout.Poster{Shop: storetest.Settings(), Code: "Luna"}
	made.Shop.Name = name
	notices, err := assets.Notices()
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range languages {
		part := handout.Part{Say: speak(t, language)}
		for _, n := range notices {
			switch n.ID {
			case "optin-" + language:
				part.Notice = store.Notice{ID: n.ID, Version: n.Version, Language: language, Text: n.Text}
			case "saved-" + language:
				part.Saved = n.Text
			}
		}
		made.Parts = append(made.Parts, part)
	}
	return made
}

func TestThePosterShowsTheWholeWordingOnOnePage(t *testing.T) {
	t.Parallel()
	for _, languages := range [][]string{{"en"}, {"es", "pt"}, {"es", "en", "pt"}} {
		p := poster(t, "Panadería Luna", languages...)
		var svg strings.Builder
		if err := p.SVG(&svg); err != nil {
			t.Fatalf("%v: %v", languages, err)
		}
		text := textOf(t, svg.String())
		for _, part := range p.Parts {
			if !strings.Contains(text, strings.Join(strings.Fields(part.Notice.Text), " ")) {
				t.Errorf("%v: the words of %s are not whole in %q", languages, part.Notice.ID, text)
			}
			if !strings.Contains(text, part.Notice.ID+" v1") {
				t.Errorf("%v: the version of %s is not said", languages, part.Notice.ID)
			}
		}
		if !strings.Contains(svg.String(), "<path") {
			t.Error("there is no code")
		}
	}
}

// textOf joins the texts of an SVG, which must be whole XML.
func textOf(t *testing.T, svg string) string {
	t.Helper()
	var texts []string
	decoder := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return strings.Join(texts, " ")
		}
		if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
		if data, ok := token.(xml.CharData); ok && strings.TrimSpace(string(data)) != "" {
			texts = append(texts, string(data))
		}
	}
}

func TestTooManyWordsForOnePageAreAnError(t *testing.T) {
	t.Parallel()
	p := poster(t, "Panadería Luna", "en", "es", "pt", "en", "es", "pt", "en", "es", "pt")
	if _, long := errors.AsType[*handout.TooLongError](p.SVG(io.Discard)); !long {
		t.Error("nine languages fit on one page")
	}
}

func TestAHostileShopNameStaysTextOnThePoster(t *testing.T) {
	t.Parallel()
	var svg strings.Builder
	if err := poster(t, hostile, "en").SVG(&svg); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(svg.String(), "<script") || strings.ContainsAny(svg.String(), "\x1b\u202e") {
		t.Errorf("it is markup in\n%s", svg.String())
	}
	textOf(t, svg.String())
}
