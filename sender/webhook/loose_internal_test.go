package webhook

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pregon/store"
	"pregon/store/phone"
)

func TestAValueIsReadAsTextOrNumberAndElseIsEmpty(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, wire string
		want       loose
	}{
		{"text", `"wamid.1"`, "wamid.1"},
		{"text that is empty", `""`, ""},
		{"number", `17`, "17"},
		{"negative number", `-1`, "-1"},
		{"number with decimals, as it was written", `1.50`, "1.50"},
		{"number too large to compute with, as it was written", `12345678901234567890`, "12345678901234567890"},
		{"truth", `true`, ""},
		{"nothing", `null`, ""},
		{"list", `["a"]`, ""},
		{"object", `{"id":"a"}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got struct {
				Before string `json:"before"`
				Value  loose  `json:"value"`
				After  string `json:"after"`
			}
			if !decode([]byte(`{"before":"b","value":`+tt.wire+`,"after":"a"}`), &got) || got.Value != tt.want {
				t.Errorf("%s is read as %q, want %q", tt.wire, got.Value, tt.want)
			}
			if got.Before != "b" || got.After != "a" {
				t.Errorf("%s spoils what stands beside it: %+v", tt.wire, got)
			}
		})
	}
}

func TestAMomentIsSecondsOrMillisecondsAndElseNone(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, time.November, 24, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		name string
		text loose
		want time.Time
	}{
		{"seconds", "1795521600", at},
		{"seconds with blanks", " 1795521600 ", at},
		{"milliseconds", "1795521600000", at},
		{"milliseconds keep their part of a second", "1795521600250", at.Add(250 * time.Millisecond)},
		{"as a power of ten", "1.7955216e9", at},
		{"zero", "0", time.Time{}},
		{"before 1970", "-1795521600", time.Time{}},
		{"microseconds", "1795521600000000", time.Time{}},
		{"a date in words", "2026-11-24T12:00:00Z", time.Time{}},
		{"not a number", "NaN", time.Time{}},
		{"without an end", "Inf", time.Time{}},
		{"nothing", "", time.Time{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := tt.text.moment()
			if !got.Equal(tt.want) || got.IsZero() != tt.want.IsZero() {
				t.Errorf("moment of %q = %v, want %v", tt.text, got, tt.want)
			}
			if !got.IsZero() && got.Location() != time.UTC {
				t.Errorf("moment of %q is in %v, want UTC", tt.text, got.Location())
			}
		})
	}
}

func TestOnlyWhatMayBeANumberOfWhatsAppIsOne(t *testing.T) {
	t.Parallel()
	for text, want := range map[loose]phone.E164{
		"16045550101": "+16045550101", "+16045550101": "+16045550101", " 61491570156\n": "+61491570156",
		"1604555": "+1604555", "160455": "", // too short for anybody
		"123456789012345": "+123456789012345", "1234567890123456": "",
		"016045550101": "", "++16045550101": "", "1604 555 0101": "", "1-604-555-0101": "", "CA.16045550101": "", "": "", "+": "",
	} {
		if got := text.phone(); got != want {
			t.Errorf("phone of %q = %q, want %q", text, got, want)
		}
	}
}

func TestOnlyWhatIsBusinessScopedIsAnID(t *testing.T) {
	t.Parallel()
	for text, want := range map[loose]string{
		"US.204": "US.204", "\tUS.204\n": "US.204", "US.ENT.204": "US.ENT.204", "US.2": "US.2",
		"US.": "", "US": "", "USA.204": "", "U.204": "", "16045550101": "", "": "",
		loose("US." + strings.Repeat("2", maxID-3)): "US." + strings.Repeat("2", maxID-3),
		loose("US." + strings.Repeat("2", maxID-2)): "",
	} {
		if got := text.userID(); got != want {
			t.Errorf("userID of %q = %q, want %q", text, got, want)
		}
	}
}

func TestACutNeverLeavesHalfALetter(t *testing.T) {
	t.Parallel()
	text := loose("añ🛑b") // 1, 2, 4 and 1 bytes
	for most, want := range []string{"", "a", "a", "añ", "añ", "añ", "añ", "añ🛑", "añ🛑b", "añ🛑b"} {
		got := text.cut(most)
		if got != want || !utf8.ValidString(got) {
			t.Errorf("cut to %d bytes: %q, want %q", most, got, want)
		}
	}
	if got := loose("\x80\x80\x80").cut(2); got != "" {
		t.Errorf("bytes that begin no letter are cut to %q", got)
	}
}

func TestAReasonThatSaysNothingIsNone(t *testing.T) {
	t.Parallel()
	for text, want := range map[loose]string{
		"NONE": "", "none": "", " None ": "", "": "", "INVALID_FORMAT": "INVALID_FORMAT", "none of our business": "none of our business",
	} {
		if got := text.told(); got != want {
			t.Errorf("told of %q = %q, want %q", text, got, want)
		}
	}
	if got := loose(strings.Repeat("x", maxText+1)).told(); len(got) != maxText {
		t.Errorf("a reason of %d bytes is kept, want %d", len(got), maxText)
	}
}

func TestDecodingTellsAnEnvelopeFromWhatIsNone(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{
		`{"entry":[]}`: true, `{"entry":[],"object":7}`: true, `{}`: true, `null`: true, `{"entry":"none"}`: true,
		`[]`: false, `"entry"`: false, `7`: false, `{"entry":[`: false, ``: false, "\xff": false,
	} {
		var d delivery
		if got := decode([]byte(body), &d); got != want {
			t.Errorf("decode(%q) = %v, want %v", body, got, want)
		}
	}
}

func TestADeliveryWithoutEntriesIsNotUnderstood(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{
		`{"entry":[]}`: true, `{"entry":[7,null,{"changes":[7,null]}]}`: true,
		`{}`: false, `{"entry":null}`: false, `{"entry":"all"}`: false, `[]`: false, `for(;;);`: false,
	} {
		feed, understood := read([]byte(body), Shop{})
		if understood != want {
			t.Errorf("read(%q) is understood: %v, want %v", body, understood, want)
		}
		if len(feed.Statuses)+len(feed.Inbound)+len(feed.Unread) > 0 {
			t.Errorf("read(%q) tells %+v", body, feed)
		}
	}
}

func TestEachLeavesOutOnlyWhatIsOfAnotherShape(t *testing.T) {
	t.Parallel()
	raw := []json.RawMessage{[]byte(`{"code":1}`), []byte(`"x"`), []byte(`[2]`), []byte(`{"code":[]}`), []byte(`{"code":"3"}`)}
	var codes []string
	for _, f := range each[failure](raw) {
		codes = append(codes, string(f.Code))
	}
	if got := strings.Join(codes, ","); got != "1,,3" {
		t.Errorf("codes are %q, want those of the three objects", got)
	}
}

func TestASignatureIsTakenOnlyWholeAndAlone(t *testing.T) {
	t.Parallel()
	const secret = "shop secret"
	body := []byte(`{"entry":[]}`)
	good := sign(secret, body)
	digest := strings.TrimPrefix(good, signaturePrefix)
	tests := []struct {
		name   string
		secret string
		given  []string
		want   bool
	}{
		{"the right one", secret, []string{good}, true},
		{"in capitals", secret, []string{signaturePrefix + strings.ToUpper(digest)}, true},
		{"none", secret, nil, false},
		{"an empty one", secret, []string{""}, false},
		{"given twice", secret, []string{good, good}, false},
		{"the right one behind a wrong one", secret, []string{sign("other", body), good}, false},
		{"without its prefix", secret, []string{digest}, false},
		{"of the older kind", secret, []string{"sha1=" + digest}, false},
		{"cut short", secret, []string{good[:len(good)-2]}, false},
		{"half a byte short", secret, []string{good[:len(good)-1]}, false},
		{"with something behind it", secret, []string{good + "00"}, false},
		{"no hex", secret, []string{signaturePrefix + strings.Repeat("zz", 32)}, false},
		{"of another secret", secret, []string{sign("other", body)}, false},
		{"of another body", secret, []string{sign(secret, append([]byte(" "), body...))}, false},
		{"of an empty secret, where none is known", "", []string{sign("", body)}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{}
			for _, signature := range tt.given {
				header.Add(signatureHeader, signature)
			}
			if got := signed(tt.secret, header.Values(signatureHeader), body); got != tt.want {
				t.Errorf("signed = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestTextsAreComparedWhole(t *testing.T) {
	t.Parallel()
	for pair, want := range map[[2]string]bool{
		{"token", "token"}: true, {"", ""}: true, {"token", "Token"}: false, {"token", "token "}: false, {"token", ""}: false, {"token", "tok"}: false,
	} {
		if got := same(pair[0], pair[1]); got != want {
			t.Errorf("same(%q, %q) = %v, want %v", pair[0], pair[1], got, want)
		}
	}
}

func TestAnotherNumberIsToldByItsEnd(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		ours    string
		display loose
		want    bool
	}{
		{"the same, formatted", "+16045550199", "+1 604-555-0199", false},
		{"the same by an older plan of its country", "+525555550199", "+52 1 55 5555 0199", false},
		{"another", "+16045550199", "+1 604-555-0198", true},
		{"not displayed", "+16045550199", "", false},
		{"displayed too short to tell", "+16045550199", "0198", false},
		{"ours not known", "", "+1 604-555-0198", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := &reader{shop: Shop{Number: tt.ours}}
			if got := r.anotherNumber(tt.display); got != tt.want {
				t.Errorf("anotherNumber(%q) for %q = %v, want %v", tt.display, tt.ours, got, tt.want)
			}
		})
	}
}

func TestOneUnreadThingHasOneKeyHoweverOftenItComes(t *testing.T) {
	t.Parallel()
	keys := map[string]string{}
	r := &reader{}
	for _, told := range [][2]string{{"a", `{"x":1}`}, {"a", `{"x":1}`}, {"a", `{"x":2}`}, {"b", `{"x":1}`}} {
		r.unread(told[0], []byte(told[1]))
		last := r.feed.Unread[len(r.feed.Unread)-1]
		if before, seen := keys[last.Key]; seen && before != told[0]+told[1] {
			t.Errorf("%v and %s share the key %q", told, before, last.Key)
		}
		keys[last.Key] = told[0] + told[1]
	}
	if len(keys) != 3 {
		t.Errorf("%d keys for three things: %v", len(keys), keys)
	}
	r.feed = store.Feed{}
	r.unread("a", []byte("null"))
	r.unread("a", nil)
	if len(r.feed.Unread) != 0 {
		t.Errorf("nothing was kept as %+v", r.feed.Unread)
	}
}
