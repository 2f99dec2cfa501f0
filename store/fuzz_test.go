package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/audience"
	"pregon/store/storetest"
)

// FuzzParameters reads templates as Meta might send them and fills them.
func FuzzParameters(f *testing.F) {
	for _, seed := range []string{
		`[{"type":"BODY","text":"Hello {{1}}, {{name}} {{ 2 }}"}]`,
		`[{"type":"HEADER","format":"TEXT","text":"{{1}}"},{"type":"BODY","text":"{{10}}{{9}}{{1}}{{1}}"}]`,
		`[{"type":"BUTTONS","buttons":[{"type":"URL","url":"https://a.example/{{1}}"},{"type":"COPY_CODE"}]}]`,
		`[{"type":"HEADER","format":"IMAGE"},{"type":"FOOTER","text":"STOP {{x}}"}]`,
		`[{"type":"BODY","text":"{{{{1}}}} {{}} {{a b}} {{99999999999999999999}}"}]`, `[]`, `null`, `{`, `[null]`, `[{"type":1}]`,
	} {
		f.Add(seed, "Ana", "city")
	}
	f.Fuzz(func(t *testing.T, components, name, field string) {
		m, err := store.Template{Name: "t", Components: components}.Message()
		if err != nil {
			return
		}
		bindings, seen := store.Bindings{}, map[string]bool{}
		for _, p := range m.Parameters() {
			if seen[p.Key] || p.Key == "" || !slices.Contains([]string{"HEADER", "BODY", "BUTTONS"}, p.Component) {
				t.Errorf("%q: parameter %+v", components, p)
			}
			seen[p.Key] = true
			bindings[p.Key] = store.Binding{Field: field, Fallback: "friend"}
		}
		params, whole := bindings.Params(m, store.Contact{Name: name, Fields: map[string]string{"city": name}})
		if !whole || len(params) != len(seen) {
			t.Errorf("%q: %d words for %d parameters, whole %v", components, len(params), len(seen), whole)
		}
		for key, word := range params {
			// The platform refuses these (cloudapi.md 2.3).
			if word == "" || word != strings.Join(strings.Fields(word), " ") || strings.ContainsAny(word, "\n\t\x00\x1b") {
				t.Errorf("%q gets %q", key, word)
			}
		}
		for _, c := range m.Components {
			if c.Fill(nil) != c.Text {
				t.Errorf("%q: filled with nothing: %q", c.Text, c.Fill(nil))
			}
			c.Fill(params)
		}
		m.WayOut()
	})
}

// FuzzAudienceSQL runs every query that parses.
func FuzzAudienceSQL(f *testing.F) {
	for _, seed := range []string{
		"", "ana", "tag:vip -lang:es", `field.city:"San Juan" OR sendable:yes`, "(a OR b) -(c d)", "last:>2w added:<1y", "%_\\", "604-555",
		`"'; DROP TABLE contacts; --"`, "\u0301", "tag:\"\u00a0\"", "last:never platform:stopped saved:no consent:given", "field.ñ:\"\"",
		strings.Repeat("a ", 2000), strings.Repeat("a OR ", 800) + "b", strings.Repeat("-(", 15) + "a" + strings.Repeat(")", 15),
		strings.Repeat("-sendable:yes OR last:>1d ", 150), "added:>9999y", "audience:x", "expires:<60d -expires:>9999y", "field." + strings.Repeat("a", 200) + ":1",
	} {
		f.Add(seed)
	}
	shop := storetest.New(f)
	shop.Customer(f, 1)
	shop.Contact(f, 2)
	f.Fuzz(func(t *testing.T, query string) {
		ids, err := shop.ContactIDs(t.Context(), query, store.SortName)
		if _, parseErr := audience.ParseSaved(query); parseErr != nil {
			if _, ok := errors.AsType[*audience.SyntaxError](err); !ok {
				t.Errorf("%q = %v, want a SyntaxError", query, err)
			}
			return
		}
		if err != nil {
			t.Fatalf("%q parses, but = %v", query, err)
		}
		if counts, err := shop.CountContacts(t.Context(), query); err != nil || counts.Total != len(ids) {
			t.Errorf("%q counts %+v, %v, lists %v", query, counts, err, ids)
		}
		check, err := shop.CheckDraft(t.Context(), store.Draft{Name: "x", Template: "offer", Language: "en", Audience: query})
		if err != nil || (check.Audience != len(ids) && strings.TrimSpace(query) != "") {
			t.Errorf("%q checks %+v, %v, lists %v", query, check, err, ids)
		}
	})
}

// claimsForever gives claims from one broadcast after the other, whatever the
// last ones' statuses said of the account and the template.
type claimsForever struct {
	shop   *storetest.Shop
	claims []store.Claim
	n      int
}

func (c *claimsForever) next(t *testing.T) store.Claim {
	t.Helper()
	for len(c.claims) == 0 {
		for range 20 { // new people: the ones before may have stopped by now
			c.n++
			c.shop.Customer(t, c.n)
		}
		if err := c.shop.FeedHeard(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := c.shop.ReleaseAccount(t.Context(), "Ana"); err != nil {
			t.Fatal(err)
		}
		if err := c.shop.SaveTemplates(t.Context(), []store.Template{storetest.Offer()}); err != nil {
			t.Fatal(err)
		}
		claimed, err := c.shop.Outbox.Claim(t.Context(), c.shop.Started(t, "last:never sendable:yes"), 20)
		if err != nil {
			t.Fatal(err)
		}
		c.claims = claimed.Claims
	}
	claim := c.claims[0]
	c.claims = c.claims[1:]
	return claim
}

// FuzzStatuses feeds statuses before and after the answer, as a feed out of
// order does: none may be refused, and both ways must end the same.
func FuzzStatuses(f *testing.F) {
	for _, state := range []string{"sent", "delivered", "read", "failed", "", "deleted", "queued", "sending"} {
		f.Add("wamid.A", state, storetest.Start.UnixMilli(), 131026)
	}
	f.Add("", "failed", int64(0), 131050)
	f.Add("\x00\xff", "read", int64(-1), 0)
	f.Add("wamid.B", "failed", int64(1)<<60, 131050)
	for _, stops := range []int{190, 368, 131031, 131042, 132015, 132016} {
		f.Add("wamid.C", "failed", storetest.Start.UnixMilli(), stops)
	}
	f.Add("'; --", "delivered", storetest.Start.Add(time.Hour).UnixMilli(), -1)
	endless := &claimsForever{shop: storetest.New(f)}
	f.Fuzz(func(t *testing.T, wamid, state string, at int64, code int) {
		if code > 1<<31 || code < -1<<31 {
			return
		}
		shop, ctx := endless.shop, t.Context()
		want := store.DeliveryAccepted
		if s := store.DeliveryState(state); slices.Contains([]store.DeliveryState{"sent", "delivered", "read", "failed"}, s) {
			want = s
		}
		for _, early := range []bool{true, false} {
			claim := endless.next(t)
			wamid := strings.ToValidUTF8(wamid, "?") + "." + claim.PublicID()
			status := []store.Status{{Wamid: wamid, State: store.DeliveryState(state), At: time.UnixMilli(at), Code: code}}
			record := func() {
				for range 2 {
					if err := shop.RecordFeed(ctx, store.Feed{Statuses: status}); err != nil {
						t.Fatalf("%+v: %v", status, err)
					}
				}
			}
			if early {
				record()
			}
			if err := shop.Outbox.Settle(ctx, []store.Result{{Claim: claim, Outcome: store.Accepted{Wamid: wamid}}}); err != nil {
				t.Fatalf("settle %+v: %v", status, err)
			}
			record()
			d := delivery(t, shop, claim)
			if d.State != want || d.Wamid != wamid {
				t.Errorf("early %v, %+v: %+v, want %s", early, status, d, want)
			}
			for _, moment := range []time.Time{d.SentAt, d.DeliveredAt, d.ReadAt, d.EndedAt} {
				if !moment.IsZero() && (moment.After(shop.Clock.Now()) || moment.Year() < 1970) {
					t.Errorf("%+v is dated %v", status, moment)
				}
			}
		}
	})
}

// delivery finds the delivery of a claim.
func delivery(t *testing.T, shop *storetest.Shop, claim store.Claim) store.Delivery {
	t.Helper()
	public, _, _ := strings.Cut(claim.PublicID(), ".")
	broadcasts, err := shop.Broadcasts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range broadcasts {
		if b.PublicID != public {
			continue
		}
		list, err := shop.Deliveries(t.Context(), b.ID, store.DeliveryFilter{After: claim.Delivery() - 1, Limit: 1})
		if err != nil || len(list) != 1 {
			t.Fatalf("Deliveries = %v, %v", list, err)
		}
		return list[0]
	}
	t.Fatal(fmt.Sprint("no broadcast ", public))
	return store.Delivery{}
}
