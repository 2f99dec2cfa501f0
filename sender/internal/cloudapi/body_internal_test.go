package cloudapi

import (
	"encoding/json"
	"errors"
	"testing"

	"pregon/store"
)

const components = `[
 {"type":"HEADER","format":"TEXT","text":"Hi {{1}}"},
 {"type":"BODY","text":"{{2}} and {{1}}"},
 {"type":"FOOTER","text":"STOP"},
 {"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Stop"},{"type":"URL","url":"https://luna.example/{{1}}"},{"type":"COPY_CODE"}]}]`

func message(t *testing.T, components string) *store.Message {
	t.Helper()
	m, err := store.Template{Name: "offer", Language: "es_MX", Components: components}.Message()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestBodyHasEveryWordInItsPlace(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		components string
		params     store.Params
		to         store.Address
		want       string
		head       Head
	}{
		{
			"by position, with buttons", components,
			store.Params{"header.1": "Ana", "1": "one", "2": "two", "button.1": "spring?u=4 ñ|%41", "button.2": "SAVE20"},
			store.Address{Phone: "+16045550101", UserID: "US.1"},
			`{"messaging_product":"whatsapp","recipient_type":"individual","to":"+16045550101","type":"template",` +
				`"biz_opaque_callback_data":"tag","template":{"name":"offer","language":{"code":"es_MX"},"components":[` +
				`{"type":"header","parameters":[{"type":"text","text":"Ana"}]},` +
				`{"type":"body","parameters":[{"type":"text","text":"one"},{"type":"text","text":"two"}]},` +
				`{"type":"button","sub_type":"url","index":"1","parameters":[{"type":"text","text":"spring?u=4%20%C3%B1%7C%41"}]},` +
				`{"type":"button","sub_type":"copy_code","index":"2","parameters":[{"type":"coupon_code","coupon_code":"SAVE20"}]}]}}`,
			Head{},
		},
		{
			"by name, to a business-scoped id", `[{"type":"BODY","text":"Hi {{first_name}}."}]`,
			store.Params{"first_name": "Ana <b>"},
			store.Address{UserID: "CA.204"},
			`{"messaging_product":"whatsapp","recipient_type":"individual","recipient":"CA.204","type":"template",` +
				`"biz_opaque_callback_data":"tag","template":{"name":"offer","language":{"code":"es_MX"},"components":[` +
				`{"type":"body","parameters":[{"type":"text","parameter_name":"first_name","text":"Ana \u003cb\u003e"}]}]}}`,
			Head{},
		},
		{
			"without variables nothing is sent for the parts", `[{"type":"BODY","text":"New hours."}]`, nil,
			store.Address{Phone: "+16045550101"},
			`{"messaging_product":"whatsapp","recipient_type":"individual","to":"+16045550101","type":"template",` +
				`"biz_opaque_callback_data":"tag","template":{"name":"offer","language":{"code":"es_MX"}}}`,
			Head{},
		},
		{
			"with a document that was uploaded", `[{"type":"HEADER","format":"DOCUMENT"},{"type":"BODY","text":"Hi {{1}}"}]`,
			store.Params{"1": "Ana"},
			store.Address{Phone: "+16045550101"},
			`{"messaging_product":"whatsapp","recipient_type":"individual","to":"+16045550101","type":"template",` +
				`"biz_opaque_callback_data":"tag","template":{"name":"offer","language":{"code":"es_MX"},"components":[` +
				`{"type":"header","parameters":[{"type":"document","document":{"id":"9","filename":"menu.pdf"}}]},` +
				`{"type":"body","parameters":[{"type":"text","text":"Ana"}]}]}}`,
			Head{Kind: "DOCUMENT", ID: "9", Name: "menu.pdf"},
		},
		{
			"with a picture on the web", `[{"type":"HEADER","format":"IMAGE"}]`, nil,
			store.Address{Phone: "+16045550101"},
			`{"messaging_product":"whatsapp","recipient_type":"individual","to":"+16045550101","type":"template",` +
				`"biz_opaque_callback_data":"tag","template":{"name":"offer","language":{"code":"es_MX"},"components":[` +
				`{"type":"header","parameters":[{"type":"image","image":{"link":"https://luna.example/x.jpg"}}]}]}}`,
			Head{Kind: "IMAGE", Link: "https://luna.example/x.jpg", Name: "x.jpg"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f, err := newForm(message(t, test.components), test.head)
			if err != nil {
				t.Fatal(err)
			}
			body, err := f.body(test.to, test.params, "tag")
			if err != nil || string(body) != test.want {
				t.Errorf("body = %s, %v\nwant   %s", body, err, test.want)
			}
		})
	}
}

func TestAMissingWordIsNotSent(t *testing.T) {
	t.Parallel()
	f, err := newForm(message(t, components), Head{})
	if err != nil {
		t.Fatal(err)
	}
	missing := store.Params{"1": "one"}
	if _, err := f.body(store.Address{}, missing, "tag"); !errors.Is(err, errNoWord) || f.whole(missing) {
		t.Errorf("body = %v, want errNoWord", err)
	}
}

func FuzzEscape(f *testing.F) {
	f.Add("spring?u=4211")
	f.Add("ñ %zz %4")
	f.Fuzz(func(t *testing.T, word string) {
		once := escape(word)
		if escape(once) != once {
			t.Errorf("escape(%q) = %q is escaped again", word, once)
		}
		for _, c := range []byte(once) {
			if c <= ' ' || c >= 0x7f || c == '"' || c == '\\' {
				t.Errorf("escape(%q) = %q holds %q", word, once, c)
			}
		}
		if _, err := json.Marshal(once); err != nil {
			t.Error(err)
		}
	})
}

// FuzzWords holds the hand-made JSON to what encoding/json reads back.
func FuzzWords(f *testing.F) {
	f.Add("Ana", "tag")
	f.Add("\"}],\u2028<b>&\\", "\x00\xff")
	f.Add(mark(0), mark(1))
	m := &store.Message{Name: "offer", Language: "en", Components: []store.Component{{Type: "BODY", Text: "{{1}} {{2}}"}}}
	form, err := newForm(m, Head{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, word, tag string) {
		if word == "" {
			return
		}
		body, err := form.body(store.Address{Phone: "+16045550101"}, store.Params{"1": word, "2": "x"}, tag)
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Tag      string   `json:"biz_opaque_callback_data"`
			Template template `json:"template"`
		}
		if err := json.Unmarshal(body, &got); err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		words := got.Template.Components[0].Parameters
		if words[0].Text != asJSON(t, word) || words[1].Text != "x" || got.Tag != asJSON(t, tag) {
			t.Errorf("%q and %q came back as %+v", word, tag, got)
		}
	})
}

// asJSON is what a text is after a way through encoding/json.
func asJSON(t *testing.T, text string) string {
	t.Helper()
	coded, err := json.Marshal(text)
	var back string
	if err == nil {
		err = json.Unmarshal(coded, &back)
	}
	if err != nil {
		t.Fatal(err)
	}
	return back
}

func TestAHeadThatDoesNotFitIsNotSent(t *testing.T) {
	t.Parallel()
	picture := message(t, `[{"type":"HEADER","format":"IMAGE"},{"type":"BODY","text":"Hi"}]`)
	for _, head := range []Head{{}, {Kind: "VIDEO", ID: "9"}} {
		if _, err := newForm(picture, head); err == nil {
			t.Errorf("a picture's template was laid out with %+v", head)
		}
	}
	if _, err := newForm(message(t, components), Head{Kind: "IMAGE", ID: "9"}); err == nil {
		t.Error("a template without a picture got one")
	}
}
