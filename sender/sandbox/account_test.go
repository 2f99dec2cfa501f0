package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pregon/sender/sandbox"
)

// fetch reads one object or list as a client would that knows nothing of its order.
func (d *desk) fetch(path string, into any) answer {
	t := d.t
	t.Helper()
	a := d.call(http.MethodGet, path, "")
	if a.status != http.StatusOK {
		t.Fatalf("GET %s: %d %s", path, a.status, a.raw)
	}
	if err := json.Unmarshal([]byte(a.raw), into); err != nil {
		t.Fatalf("GET %s: %v in %s", path, err, a.raw)
	}
	return a
}

type listing struct {
	Data   []map[string]any `json:"data"`
	Paging *struct {
		Cursors struct {
			Before string `json:"before"`
			After  string `json:"after"`
		} `json:"cursors"`
		Next     string `json:"next"`
		Previous string `json:"previous"`
	} `json:"paging"`
}

func (l *listing) names() []string {
	var list []string
	for _, row := range l.Data {
		list = append(list, fmt.Sprint(row["name"], "/", row["language"]))
	}
	return list
}

func many(n int) []sandbox.Template {
	list := make([]sandbox.Template, n)
	for i := range list {
		list[i] = sandbox.Template{
			Name: fmt.Sprintf("t%03d", i), Language: "en", Components: []sandbox.Component{{Type: "BODY", Text: "Hello."}},
		}
	}
	return list
}

func TestTemplatesArePagedAndTheLastPageHasNoNext(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{Templates: many(7)})
	path := version + account + "/message_templates?fields=name,language&limit=3"
	var got []string
	pages := 0
	for path != "" {
		var page listing
		d.fetch(path, &page)
		pages++
		got = append(got, page.names()...)
		if page.Paging == nil || page.Paging.Cursors.After == "" {
			t.Fatalf("page %d has no cursors", pages)
		}
		next, err := url.Parse(page.Paging.Next)
		if err != nil {
			t.Fatal(err)
		}
		if path = next.RequestURI(); page.Paging.Next == "" {
			path = ""
		}
		if path != "" && !strings.HasPrefix(page.Paging.Next, d.url+version) {
			t.Errorf("next leads to %s", page.Paging.Next)
		}
	}
	if pages != 3 || len(got) != 7 || got[0] != "t000/en" || got[6] != "t006/en" {
		t.Errorf("%d pages: %v", pages, got)
	}
}

func TestPagesTurnBothWaysAndRefuseNonsense(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{Templates: many(7)})
	path := version + account + "/message_templates?fields=name,language"
	var first, second, back listing
	d.fetch(path+"&limit=3", &first)
	d.fetch(path+"&limit=3&after="+url.QueryEscape(first.Paging.Cursors.After), &second)
	d.fetch(path+"&limit=3&before="+url.QueryEscape(second.Paging.Cursors.Before), &back)
	if !slices.Equal(first.names(), back.names()) || slices.Equal(first.names(), second.names()) || second.Paging.Previous == "" {
		t.Errorf("%v, then %v, then back %v", first.names(), second.names(), back.names())
	}
	for _, query := range []string{"&limit=0", "&limit=x", "&after=x", "&after=" + url.QueryEscape("c2FuZGJveDotMQ=="), "&before=%21"} {
		if a := d.call(http.MethodGet, path+query, ""); a.Error.Code != 100 {
			t.Errorf("%s: %d %s", query, a.status, a.raw)
		}
	}
}

func TestTemplatesHaveTheShapeOfTheAPI(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	var page listing
	d.fetch(version+account+"/message_templates?name=spring_offer&fields=name,language,status,category,quality_score,parameter_format,rejected_reason,components", &page)
	if len(page.Data) != 1 {
		t.Fatalf("%d templates", len(page.Data))
	}
	raw, err := json.Marshal(page.Data[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"id":"800000000000025"`, `"language":"es_MX"`, `"status":"APPROVED"`, `"category":"MARKETING"`, `"parameter_format":"NAMED"`,
		`"quality_score":{"date":1790000000,"score":"YELLOW"}`, `"rejected_reason":"NONE"`, `"type":"QUICK_REPLY"`,
		`"header_text_named_params"`,
	} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("%s is missing in %s", want, raw)
		}
	}
}

func TestTemplatesAreFiltered(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	for _, tt := range []struct {
		query string
		want  []string
	}{
		{"name=weekly_offer&language=es", []string{"weekly_offer/es"}},
		{"status=PAUSED", []string{"too_pushy/en"}},
		{`status=["PAUSED","DISABLED"]`, []string{"too_pushy/en", "old_newsletter/en"}},
		{"category=UTILITY", []string{"new_opening_hours/en"}},
		{"quality_score=YELLOW", []string{"spring_offer/es_MX"}},
		{"name_or_content=hours", []string{"new_opening_hours/en"}},
		{"name=nothing", nil},
	} {
		var page listing
		d.fetch(version+account+"/message_templates?"+tt.query, &page)
		if got := page.names(); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.query, got, tt.want)
		}
	}
}

func TestFieldsAreChosenAndUnknownOnesRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	a := d.fetch(version+number+"?fields=quality_rating,throughput{level},quality_score.limit(1),quality_rating", new(any))
	want := `{"quality_rating":"GREEN","throughput":{"level":"STANDARD"},"quality_score":{"score":"GREEN"},"id":"` + number + `"}`
	if a.raw != want {
		t.Errorf("got  %s\nwant %s", a.raw, want)
	}
	a = d.call(http.MethodGet, version+number+"?fields=shoe_size", "")
	if a.Error.Code != 100 || !strings.Contains(a.Error.Message, "nonexisting field (shoe_size)") {
		t.Errorf("unknown field: %s", a.raw)
	}
}

type numberNode struct {
	ID         string `json:"id"`
	Display    string `json:"display_phone_number"`
	Name       string `json:"verified_name"`
	Quality    string `json:"quality_rating"`
	Tier       string `json:"whatsapp_business_manager_messaging_limit"`
	Status     string `json:"status"`
	Throughput struct {
		Level string `json:"level"`
	} `json:"throughput"`
	Health health `json:"health_status"`
}

type health struct {
	Can      string `json:"can_send_message"`
	Entities []struct {
		Type   string `json:"entity_type"`
		ID     string `json:"id"`
		Can    string `json:"can_send_message"`
		Errors []struct {
			Code int `json:"error_code"`
		} `json:"errors"`
	} `json:"entities"`
}

const numberFields = "?fields=display_phone_number,verified_name,quality_rating,throughput,whatsapp_business_manager_messaging_limit,status,health_status"

func TestNumberTellsItsLimitsAndHealth(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name                            string
		opt                             sandbox.Options
		tier, level, quality, can, says string
	}{
		{"as it comes", sandbox.Options{}, "TIER_UNLIMITED", "STANDARD", "GREEN", "AVAILABLE", ""},
		{"small shop", sandbox.Options{DailyLimit: 250, Rate: sandbox.StandardRate}, "TIER_250", "STANDARD", "GREEN", "AVAILABLE", ""},
		{"larger", sandbox.Options{DailyLimit: 2000, Rate: 1000}, "TIER_2K", "HIGH", "GREEN", "AVAILABLE", ""},
		{"between", sandbox.Options{DailyLimit: 5000}, "TIER_10K", "STANDARD", "GREEN", "AVAILABLE", ""},
		{
			"scripted",
			sandbox.Options{Script: sandbox.Script{Account: sandbox.Account{Quality: "RED", Tier: "TIER_1K", Throughput: "HIGH"}}},
			"TIER_1K", "HIGH", "RED", "AVAILABLE", "",
		},
		{
			"unverified",
			sandbox.Options{Script: sandbox.Script{Account: sandbox.Account{Unverified: true}}},
			"TIER_UNLIMITED", "STANDARD", "GREEN", "LIMITED", "BUSINESS 141010",
		},
		{
			"unpaid and unverified",
			sandbox.Options{Script: sandbox.Script{Account: sandbox.Account{Unpaid: true, Unverified: true}}},
			"TIER_UNLIMITED", "STANDARD", "GREEN", "BLOCKED", "WABA 141006 BUSINESS 141010",
		},
		{
			"banned",
			sandbox.Options{Script: sandbox.Script{Account: sandbox.Account{Status: "BANNED"}}},
			"TIER_UNLIMITED", "STANDARD", "GREEN", "BLOCKED", "",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, tt.opt)
			var n numberNode
			d.fetch(version+number+numberFields, &n)
			if n.ID != number || n.Display != sandbox.DefaultDisplayNumber || n.Name != sandbox.DefaultVerifiedName {
				t.Errorf("number %+v", n)
			}
			if n.Tier != tt.tier || n.Throughput.Level != tt.level || n.Quality != tt.quality || n.Health.Can != tt.can {
				t.Errorf("got %s %s %s %s", n.Tier, n.Throughput.Level, n.Quality, n.Health.Can)
			}
			var says []string
			for _, entity := range n.Health.Entities {
				for _, e := range entity.Errors {
					says = append(says, fmt.Sprint(entity.Type, " ", e.Code))
				}
			}
			if got := strings.Join(says, " "); got != tt.says {
				t.Errorf("health says %q, want %q", got, tt.says)
			}
		})
	}
}

func TestAccountWithoutPaymentHasNoFunding(t *testing.T) {
	t.Parallel()
	path := version + account + "?fields=id,name,currency,primary_funding_id,health_status"
	var node struct {
		ID       string `json:"id"`
		Currency string `json:"currency"`
		Funding  string `json:"primary_funding_id"`
		Health   health `json:"health_status"`
	}
	newDesk(t, sandbox.Options{Currency: "MXN"}).fetch(path, &node)
	if node.ID != account || node.Currency != "MXN" || node.Funding == "" || node.Health.Can != "AVAILABLE" {
		t.Errorf("paid: %+v", node)
	}
	unpaid := sandbox.Options{Script: sandbox.Script{Account: sandbox.Account{Unpaid: true}}}
	if a := newDesk(t, unpaid).fetch(path, &node); strings.Contains(a.raw, "primary_funding_id") {
		t.Errorf("unpaid: %s", a.raw)
	}
}

func TestNumbersOfTheAccountAreListed(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	var page listing
	d.fetch(version+account+"/phone_numbers?fields=display_phone_number,status", &page)
	if len(page.Data) != 1 || page.Data[0]["id"] != number || page.Data[0]["status"] != "CONNECTED" || page.Paging.Next != "" {
		t.Errorf("numbers %+v", page)
	}
}

func TestAnyIDIsTheShopsOwnUnlessItIsFixed(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	var n numberNode
	d.fetch(version+"777"+numberFields, &n)
	if n.ID != "777" || n.Status != "CONNECTED" {
		t.Errorf("number %+v", n)
	}
	var page listing
	d.fetch(version+"888/phone_numbers", &page)
	if len(page.Data) != 1 || page.Data[0]["id"] != "777" {
		t.Errorf("numbers of the account %+v", page)
	}
	var node map[string]any
	d.fetch(version+"888?fields=id,name,currency", &node)
	if node["id"] != "888" || node["currency"] != "EUR" {
		t.Errorf("account %+v", node)
	}
	if a := d.call(http.MethodPost, version+"777/messages", offer(ana)); a.status != http.StatusOK {
		t.Errorf("send: %s", a.raw)
	}
	if a := d.call(http.MethodPost, version+"me/messages", offer(ana)); a.Error.Subcode != 33 {
		t.Errorf("an id that is no number: %s", a.raw)
	}
}

func TestOneTemplateIsReadByItsID(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{PhoneNumberID: number, WABAID: account})
	var node map[string]any
	d.fetch(version+"800000000000028?fields=name,status,health_status", &node)
	if node["name"] != "too_pushy" || node["status"] != "PAUSED" {
		t.Errorf("template %+v", node)
	}
	if can := fmt.Sprint(node["health_status"]); !strings.Contains(can, "BLOCKED") {
		t.Errorf("health %s", can)
	}
}

func TestNumberThatIsNotConnectedSendsNothing(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		status string
		code   int
	}{{"CONNECTED", 0}, {"FLAGGED", 0}, {"DISCONNECTED", 133010}, {"BANNED", 131031}, {"RESTRICTED", 131031}} {
		d := newDesk(t, sandbox.Options{Script: sandbox.Script{Account: sandbox.Account{Status: tt.status}}})
		if a := d.send(ana); a.Error.Code != tt.code {
			t.Errorf("%s: %s", tt.status, a.raw)
		}
	}
}
