package sandbox_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"pregon/sender/sandbox"
)

// stationery has one template for every kind of component.
func stationery() []sandbox.Template {
	button := func(kind, url string) sandbox.Button { return sandbox.Button{Type: kind, Text: "Press", URL: url} }
	body := func(text string) sandbox.Component { return sandbox.Component{Type: "BODY", Text: text} }
	card := sandbox.Card{Components: []sandbox.Component{
		{Type: "HEADER", Format: "IMAGE"},
		body("Only {{1}}"),
		{Type: "BUTTONS", Buttons: []sandbox.Button{button("URL", "https://luna.example/{{1}}")}},
	}}
	return []sandbox.Template{
		{Name: "plain", Language: "en", Components: []sandbox.Component{body("No variables."), {Type: "FOOTER", Text: "Bye"}}},
		{Name: "positional", Language: "en", Components: []sandbox.Component{
			{Type: "HEADER", Format: "TEXT", Text: "Hi {{1}}"}, body("{{2}} and {{1}} and {{2}} again."),
		}},
		{Name: "named", Language: "en", ParameterFormat: "NAMED", Components: []sandbox.Component{body("Hi {{first_name}}, {{discount}} off.")}},
		{Name: "picture", Language: "en", Components: []sandbox.Component{{Type: "HEADER", Format: "IMAGE"}, body("Look.")}},
		{Name: "place", Language: "en", Components: []sandbox.Component{{Type: "HEADER", Format: "LOCATION"}, body("Here.")}},
		{Name: "buttons", Language: "en", Components: []sandbox.Component{body("Choose."), {Type: "BUTTONS", Buttons: []sandbox.Button{
			button("QUICK_REPLY", ""), button("URL", "https://luna.example/{{1}}"), button("URL", "https://luna.example/"),
			button("PHONE_NUMBER", ""), button("COPY_CODE", ""),
		}}}},
		{Name: "offer", Language: "en", Components: []sandbox.Component{
			body("Quick."), {Type: "LIMITED_TIME_OFFER", Offer: &sandbox.Offer{Text: "Ends soon", HasExpiration: true}},
		}},
		{Name: "carousel", Language: "en", Components: []sandbox.Component{body("Swipe."), {Type: "CAROUSEL", Cards: []sandbox.Card{card, card}}}},
	}
}

const (
	urlButton  = `{"type":"button","sub_type":"url","index":"1","parameters":[{"type":"text","text":"spring"}]}`
	codeButton = `{"type":"button","sub_type":"copy_code","index":"4","parameters":[{"type":"coupon_code","coupon_code":"SAVE20"}]}`
)

func body(values ...string) string   { return part("body", values...) }
func header(values ...string) string { return part("header", values...) }

func part(kind string, values ...string) string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = fmt.Sprintf(`{"type":"text","text":%q}`, v)
	}
	return fmt.Sprintf(`{"type":%q,"parameters":[%s]}`, kind, strings.Join(list, ","))
}

func named(pairs ...string) string {
	var list []string
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, fmt.Sprintf(`{"type":"text","parameter_name":%q,"text":%q}`, pairs[i], pairs[i+1]))
	}
	return `{"type":"body","parameters":[` + strings.Join(list, ",") + `]}`
}

func card(index int, text string) string {
	return fmt.Sprintf(`{"card_index":%d,"components":[{"type":"header","parameters":[{"type":"image","image":{"id":"9"}}]},%s,`+
		`{"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"x"}]}]}`, index, body(text))
}

func TestParametersMustFitTheTemplate(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{Templates: stationery()})
	for i, tt := range []struct {
		name, template, components string
		code                       int
	}{
		{"plain", "plain", ``, 0},
		{"plain with an empty body", "plain", body(), 0},
		{"plain with a value", "plain", body("Ana"), 132000},
		{"plain with a header", "plain", header("Ana"), 132000},
		{"a footer with a value", "plain", part("footer", "x"), 132018},
		{"a component that does not exist", "plain", part("hat", "x"), 100},

		{"positional", "positional", header("Ana") + "," + body("one", "two"), 0},
		{"one value too few", "positional", header("Ana") + "," + body("one"), 132000},
		{"one value too many", "positional", header("Ana") + "," + body("one", "two", "three"), 132000},
		{"body left out", "positional", header("Ana"), 132000},
		{"header left out", "positional", body("one", "two"), 132000},
		{"empty value", "positional", header("Ana") + "," + body("", "two"), 132018},
		{"blank value", "positional", header("Ana") + "," + body("  ", "two"), 132018},
		{"newline", "positional", header("Ana") + "," + body("a\nb", "two"), 132018},
		{"tab", "positional", header("Ana") + "," + body("a\tb", "two"), 132018},
		{"four spaces", "positional", header("Ana") + "," + body("a    b", "two"), 0},
		{"five spaces", "positional", header("Ana") + "," + body("a     b", "two"), 132018},
		{"header too long", "positional", header(strings.Repeat("a", 58)) + "," + body("one", "two"), 132005},
		{"header as long as it may be", "positional", header(strings.Repeat("é", 57)) + "," + body("one", "two"), 0},
		{"body too long because a value is used twice", "positional", header("Ana") + "," + body("one", strings.Repeat("a", 503)), 132005},
		{"body as long as it may be", "positional", header("Ana") + "," + body("one", strings.Repeat("a", 502)), 0},
		{"name in a positional template", "positional", header("Ana") + "," + named("a", "1", "b", "2"), 132012},
		{"another type", "positional", header("Ana") + `,{"type":"body","parameters":[{"type":"image"},{"type":"text","text":"x"}]}`, 132012},
		{
			"currency and date", "positional", header("Ana") + `,{"type":"body","parameters":[` +
				`{"type":"currency","currency":{"fallback_value":"$1","code":"USD","amount_1000":1000}},` +
				`{"type":"date_time","date_time":{"fallback_value":"today"}}]}`, 0,
		},
		{
			"currency without an amount", "positional", header("Ana") + `,{"type":"body","parameters":[` +
				`{"type":"currency","currency":{"fallback_value":"$1","code":"USD"}},{"type":"text","text":"x"}]}`, 132012,
		},

		{"named", "named", named("discount", "20%", "first_name", "Ana"), 0},
		{"named without names", "named", body("Ana", "20%"), 100},
		{"a name that does not exist", "named", named("first_name", "Ana", "colour", "red"), 132012},
		{"a name twice", "named", named("first_name", "Ana", "first_name", "Ben"), 132012},
		{"a name missing", "named", named("first_name", "Ana"), 132000},

		{"picture by id", "picture", `{"type":"header","parameters":[{"type":"image","image":{"id":"9"}}]}`, 0},
		{"picture by link", "picture", `{"type":"header","parameters":[{"type":"image","image":{"link":"https://luna.example/x.jpg"}}]}`, 0},
		{"no picture", "picture", ``, 132012},
		{"text for a picture", "picture", header("Ana"), 132012},
		{"picture without id or link", "picture", `{"type":"header","parameters":[{"type":"image","image":{}}]}`, 131008},
		{"two pictures", "picture", `{"type":"header","parameters":[{"type":"image"},{"type":"image"}]}`, 132000},
		{"place", "place", `{"type":"header","parameters":[{"type":"location","location":{"latitude":"19.4","longitude":"-99.1"}}]}`, 0},
		{"place without a longitude", "place", `{"type":"header","parameters":[{"type":"location","location":{"latitude":"19.4"}}]}`, 132012},

		{"buttons", "buttons", urlButton + "," + codeButton, 0},
		{"index as a number", "buttons", strings.Replace(urlButton, `"1"`, `1`, 1) + "," + codeButton, 0},
		{"url value left out", "buttons", codeButton, 131008},
		{"url without its value", "buttons", `{"type":"button","sub_type":"url","index":"1"},` + codeButton, 131008},
		{"code left out", "buttons", urlButton, 131008},
		{"code too long", "buttons", urlButton + "," + strings.Replace(codeButton, "SAVE20", "SAVE20SAVE20SAVE", 1), 132018},
		{"code with a space", "buttons", urlButton + "," + strings.Replace(codeButton, "SAVE20", "SAVE 20", 1), 132018},
		{"value for a fixed url", "buttons", urlButton + "," + codeButton + "," + strings.Replace(urlButton, `"1"`, `"2"`, 1), 132018},
		{"value for a phone button", "buttons", urlButton + "," + codeButton + `,{"type":"button","sub_type":"phone_number","index":"3","parameters":[{"type":"text","text":"x"}]}`, 132018},
		{"payload", "buttons", urlButton + "," + codeButton + `,{"type":"button","sub_type":"quick_reply","index":"0","parameters":[{"type":"payload","payload":"STOP:4211"}]}`, 0},
		{"payload too long", "buttons", urlButton + "," + codeButton + `,{"type":"button","sub_type":"quick_reply","index":"0","parameters":[{"type":"payload","payload":"` + strings.Repeat("a", 257) + `"}]}`, 132012},
		{"button of another kind", "buttons", strings.Replace(urlButton, `"url"`, `"quick_reply"`, 1) + "," + codeButton, 132018},
		{"button that does not exist", "buttons", strings.Replace(urlButton, `"1"`, `"9"`, 1) + "," + codeButton, 132018},
		{"button twice", "buttons", urlButton + "," + urlButton + "," + codeButton, 132018},
		{"button without an index", "buttons", strings.Replace(urlButton, `"index":"1",`, ``, 1) + "," + codeButton, 131008},

		{"offer", "offer", `{"type":"limited_time_offer","parameters":[{"type":"limited_time_offer","limited_time_offer":{"expiration_time_ms":1798761600000}}]}`, 0},
		{"offer without its end", "offer", ``, 131008},
		{"offer with text for its end", "offer", part("limited_time_offer", "soon"), 132012},
		{"offer where there is none", "plain", part("limited_time_offer", "soon"), 132018},

		{"carousel", "carousel", `{"type":"carousel","cards":[` + card(0, "one") + "," + card(1, "two") + `]}`, 0},
		{"carousel left out", "carousel", ``, 131008},
		{"one card too few", "carousel", `{"type":"carousel","cards":[` + card(0, "one") + `]}`, 132000},
		{"card without its picture", "carousel", `{"type":"carousel","cards":[` + card(0, "one") + `,{"components":[` + body("two") + `]}]}`, 132012},
	} {
		to := fmt.Sprintf("+1604555%04d", 100+i%100)
		message := fmt.Sprintf(`{"messaging_product":"whatsapp","to":%q,"type":"template","template":{"name":%q,"language":{"code":"en"},"components":[%s]}}`,
			to, tt.template, tt.components)
		a := d.call(http.MethodPost, version+number+"/messages", message)
		if a.Error.Code != tt.code || (tt.code == 0) != (a.status == http.StatusOK) {
			t.Errorf("%s: want code %d, got %d %s", tt.name, tt.code, a.status, a.raw)
		}
	}
}

func TestLoggedParametersTellWhereTheyBelong(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{Templates: stationery()})
	send := func(name, components string) []sandbox.Param {
		a := d.call(http.MethodPost, version+number+"/messages", template(`"name":"`+name+`","language":{"code":"en"},"components":[`+components+`]`))
		if a.status != http.StatusOK {
			t.Fatalf("%s: %s", name, a.raw)
		}
		calls := d.Calls()
		return calls[len(calls)-1].Params
	}
	for _, tt := range []struct {
		template, components, want string
	}{
		{"named", named("discount", "20%", "first_name", "Ana"), "[{body 0 discount 20%} {body 0 first_name Ana}]"},
		{"buttons", urlButton + "," + codeButton, "[{button 1  spring} {button 4  SAVE20}]"},
		{
			"carousel", `{"type":"carousel","cards":[` + card(0, "one") + "," + card(1, "two") + `]}`,
			"[{header 100  9} {body 100  one} {button 100  x} {header 200  9} {body 200  two} {button 200  x}]",
		},
	} {
		if got := fmt.Sprint(send(tt.template, tt.components)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.template, got, tt.want)
		}
	}
}
