package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"pregon/store"
	"pregon/store/audience"
	"pregon/store/intake"
	"pregon/store/phone"
	"pregon/store/storetest"
)

// person is a contact as the naive reading of a query sees it.
type person struct {
	store.Contact
	last time.Time // of the newest message that may have reached them
	used time.Time // when their consent was used last
}

// matches answers a query for one person: the shortest reading of what the
// nodes mean, to hold the SQL against.
func matches(tree audience.Expr, p person, now time.Time) bool {
	switch e := tree.(type) {
	case audience.All:
		return true
	case audience.And:
		return !slices.ContainsFunc(e.Terms, func(term audience.Expr) bool { return !matches(term, p, now) })
	case audience.Or:
		return slices.ContainsFunc(e.Terms, func(term audience.Expr) bool { return matches(term, p, now) })
	case audience.Not:
		return !matches(e.Term, p, now)
	case audience.Word:
		return wordIn(e.Text, p)
	case audience.Tag:
		tag, err := store.CleanTag(e.Name)
		return err == nil && slices.Contains(p.Tags, tag)
	case audience.Language:
		spoken := strings.ToLower(strings.ReplaceAll(p.Language, "_", "-"))
		return spoken == e.Code || strings.HasPrefix(spoken, e.Code+"-")
	case audience.Country:
		return p.Country == e.Code
	case audience.Consent:
		return string(p.Standing.Consent) == string(e.State)
	case audience.Saved:
		enough := slices.Contains([]store.Grade{store.GradeSaysSaved, store.GradeSeenByStaff, store.GradeSelfWritten}, p.Standing.Saved)
		switch e.Grade {
		case audience.SavedYes:
			return enough
		case audience.SavedNo:
			return !enough
		default:
			return string(p.Standing.Saved) == string(e.Grade)
		}
	case audience.Sendable:
		return p.Verdict.Sendable() == e.Want
	case audience.Platform:
		return string(p.Standing.Platform) == string(e.State)
	case audience.Added:
		return p.AddedAt.Before(e.Age.Since(now)) == e.Age.Older
	case audience.Last:
		return !p.last.IsZero() && p.last.Before(e.Age.Since(now)) == e.Age.Older
	case audience.LastNever:
		return p.last.IsZero()
	case audience.Expires:
		agreed := p.Standing.Consent == store.ConsentGiven || p.Standing.Consent == store.ConsentConfirmed
		return agreed && p.used.Before(e.Age.Until(now).AddDate(-2, 0, 0)) != e.Age.Older
	case audience.Named:
		return matches(savedTrees()[strings.ToLower(e.Name)], p, now)
	case audience.Field:
		plain := func(text string) string { return strings.ToLower(norm.NFC.String(text)) }
		return plain(p.Fields[intake.FieldKey(e.Name)]) == plain(e.Value)
	}
	panic(fmt.Sprintf("a new kind of node: %T", tree))
}

// savedQueries are the audiences that the crowd's shop has saved.
func savedQueries() map[string]string {
	return map[string]string{"regulars": "tag:vip -sendable:no", "Bé or Vip": `ana OR tag:vip OR consent:given`, "not": "-lang:es"}
}

func savedTrees() map[string]audience.Expr {
	trees := map[string]audience.Expr{}
	for name, query := range savedQueries() {
		tree, err := audience.Parse(query)
		if err != nil {
			panic(err)
		}
		trees[strings.ToLower(name)] = tree
	}
	return trees
}

func wordIn(word string, p person) bool {
	folded := store.Fold(word)
	if folded == "" {
		return false
	}
	if strings.Contains(store.Fold(p.Name), folded) {
		return true
	}
	digits := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, word)
	return digits != "" && !strings.ContainsFunc(word, unicode.IsLetter) && strings.Contains(string(p.Phone), digits)
}

// crowd makes a shop of people who differ in everything a query can ask for.
func crowd(t *testing.T, size int) (*storetest.Shop, []person) {
	t.Helper()
	shop := storetest.New(t)
	ctx := t.Context()
	random := rand.New(rand.NewPCG(11, 12))
	pick := func(of ...string) string { return of[random.IntN(len(of))] }
	for n := range size {
		number := storetest.Phone(n)
		switch random.IntN(10) {
		case 0:
			number = phone.E164(fmt.Sprintf("+1202555%04d", 100+n))
		case 1:
			number = phone.E164(fmt.Sprintf("+5511987%06d", n))
		}
		c := store.NewContact{
			Phone: number, Name: pick("", "José Ruiz", "ana", "Ana O'Neill", "100% Bread_Co", "李雷", "ÁNGEL"),
			Language: pick("", "es", "en", "pt_BR", "pt", "ES-mx"), Source: "counter",
			Fields: map[string]string{"city": pick("", "Ávila", "ÁVILA", "a\u0301vila", "san juan", `"`), "Código": pick("", "7")},
		}
		for _, tag := range []string{"vip", "big spender", `o"b`} {
			if random.IntN(3) == 0 {
				c.Tags = append(c.Tags, tag)
			}
		}
		added, err := shop.AddContact(ctx, c)
		if err != nil {
			t.Fatal(err)
		}
		stand(ctx, t, shop, added.ID, pick("none", "asked", "given", "given", "confirmed", "confirmed", "refused", "withdrawn"),
			store.Grade(pick("", "told", "says_saved", "seen_by_staff", "self_written")), pick("", "", "", "stopped", "unreachable"), random.IntN(12) == 0)
		if n%20 == 0 {
			shop.Clock.Advance(9 * 24 * time.Hour)
		}
		if n == size/2 {
			sendToAll(t, shop)
		}
	}
	for name, query := range savedQueries() {
		if _, err := shop.SaveAudience(ctx, name, query, "Ana"); err != nil {
			t.Fatal(err)
		}
	}
	return shop, people(t, shop)
}

// sendToAll claims everybody it may and leaves them accepted, failed or unknown.
func sendToAll(t *testing.T, shop *storetest.Shop) {
	t.Helper()
	id := shop.Started(t, "sendable:yes")
	claimed, err := shop.Outbox.Claim(t.Context(), id, 1000)
	if err != nil || len(claimed.Claims) < 6 {
		t.Fatalf("Claim = %+v, %v", claimed, err)
	}
	var results []store.Result
	for n, claim := range claimed.Claims {
		outcomes := []store.Outcome{store.Accepted{Wamid: claim.PublicID()}, store.Refused{Code: 131000}, store.Unknown{Why: "timeout"}, store.Unspent{}}
		results = append(results, store.Result{Claim: claim, Outcome: outcomes[n%4]})
	}
	if err := shop.Outbox.Settle(t.Context(), results); err != nil {
		t.Fatal(err)
	}
}

// people reads everyone who is in a list, one by one.
func people(t *testing.T, shop *storetest.Shop) []person {
	t.Helper()
	var list []person
	for id := store.ContactID(1); ; id++ {
		c, err := shop.Store.Contact(t.Context(), id)
		if err != nil {
			return list
		}
		if c.Standing.Erased {
			continue
		}
		p := person{Contact: c}
		past, err := shop.ContactDeliveries(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range past {
			if slices.Contains([]store.DeliveryState{store.DeliveryAccepted, store.DeliveryUnknown}, d.State) {
				p.last = d.AttemptedAt
			}
			p.used = later(p.used, d.AcceptedAt)
		}
		p.used = later(p.used, c.Standing.SavedAt)
		history, err := shop.History(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range history {
			if e.Ledger == "consent" {
				p.used = later(p.used, e.At)
			}
		}
		list = append(list, p)
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// queries draws texts of the audience language about the crowd.
func queries() *rapid.Generator[string] {
	keys := []string{
		"", "ana", "ose", "áng", "555", `"a +"`, "josé", "ÁNGEL", "o'neill", "100%", "d_c", "李", "5000", "+5511987", `"a o"`, "tag:vip", "tag:VIP", `tag:"big spender"`,
		`tag:"o\"b"`, "tag:nothing", "lang:es", "lang:pt", "lang:pt-br", "country:CA", "country:US", "country:BR", "sendable:yes",
		"sendable:no", "saved:yes", "saved:no", "saved:told", "saved:unknown", "consent:given", "consent:withdrawn", "consent:none",
		"platform:ok", "platform:stopped", "added:<20d", "added:>20d", "added:<2m", "last:<30d", "last:>30d", "last:never",
		"field.city:ávila", "field.city:ÁVILA", `field.city:"San Juan"`, `field.city:""`, `field.city:"\""`, "field.código:7", "field.none:x",
		"expires:<60d", "expires:<680d", "expires:>700d", "expires:<23m", "expires:>23m", "audience:regulars", "audience:NOT", `audience:"bé or VIP"`,
	}
	term := rapid.Custom(func(t *rapid.T) string {
		return rapid.SampledFrom([]string{"", "", "-"}).Draw(t, "sign") + rapid.SampledFrom(keys[1:]).Draw(t, "term")
	})
	return rapid.Custom(func(t *rapid.T) string {
		clause := rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(term, 1, 3).Draw(t, "terms"), rapid.SampledFrom([]string{" ", " OR "}).Draw(t, "joint"))
		})
		nested := rapid.Custom(func(t *rapid.T) string {
			return rapid.SampledFrom([]string{"", "-"}).Draw(t, "sign") + "(" + clause.Draw(t, "inner") + ")"
		})
		return strings.Join(rapid.SliceOfN(rapid.OneOf(clause, nested), 0, 3).Draw(t, "clauses"), " ")
	})
}

// TestQueriesFindWhomTheirWordsName compares the SQL with a naive reading of the
// query, over people and queries made by chance.
func TestQueriesFindWhomTheirWordsName(t *testing.T) {
	t.Parallel()
	shop, everyone := crowd(t, 160)
	now := shop.Clock.Now()
	drawn := queries()
	rapid.Check(t, func(rt *rapid.T) {
		query := drawn.Draw(rt, "query")
		tree, err := audience.Parse(query)
		if err != nil {
			rt.Fatalf("Parse(%q): %v", query, err)
		}
		var want []store.ContactID
		sendable := 0
		for _, p := range everyone {
			if matches(tree, p, now) {
				want = append(want, p.ID)
				if p.Verdict.Sendable() {
					sendable++
				}
			}
		}
		got, err := shop.ContactIDs(t.Context(), query, store.SortID)
		if err != nil || !slices.Equal(got, want) {
			rt.Fatalf("%q = %v, %v, want %v", query, got, err, want)
		}
		counts, err := shop.CountContacts(t.Context(), query)
		if err != nil || counts != (store.ContactCounts{Total: len(want), Sendable: sendable}) {
			rt.Fatalf("count %q = %+v, %v, want %d with %d sendable", query, counts, err, len(want), sendable)
		}
		for _, sort := range []store.ContactSort{store.SortName, store.SortAdded} {
			sorted, err := shop.ContactIDs(t.Context(), query, sort)
			if slices.Sort(sorted); err != nil || !slices.Equal(sorted, want) {
				rt.Fatalf("%q by %s = %v, %v, want the same people", query, sort, sorted, err)
			}
		}
	})
}

// TestBoardCountsEveryContactOnce holds the board against the contacts themselves.
func TestBoardCountsEveryContactOnce(t *testing.T) {
	t.Parallel()
	shop, everyone := crowd(t, 80)
	var want store.Board
	since := storetest.Start.Add(10 * 24 * time.Hour)
	shop.Clock.Advance(650 * 24 * time.Hour) // some have less than 60 days left
	for _, p := range everyone {
		s := p.Standing
		want.Contacts++
		add := map[*int]bool{
			&want.Sendable: p.Verdict.Sendable(), &want.NotAsked: s.Consent == store.ConsentNone, &want.Asked: s.Consent == store.ConsentAsked,
			&want.Refused: s.Consent == store.ConsentRefused, &want.Withdrawn: s.Consent == store.ConsentWithdrawn,
			&want.ExpireSoon: (s.Consent == store.ConsentGiven || s.Consent == store.ConsentConfirmed) &&
				p.used.Before(shop.Clock.Now().AddDate(-2, 0, 60)),
			&want.Stopped:        s.Platform == store.PlatformStopped,
			&want.WithdrawnSince: s.Consent == store.ConsentWithdrawn && !s.ConsentAt.Before(since),
			&want.NotSaved: (s.Consent == store.ConsentGiven || s.Consent == store.ConsentConfirmed) &&
				(s.Saved == store.GradeUnknown || s.Saved == store.GradeTold),
		}
		for count, counts := range add {
			if counts {
				*count++
			}
		}
	}
	if want.ExpireSoon == 0 || want.ExpireSoon == want.Sendable {
		t.Fatalf("%d expire soon: nothing would be seen", want.ExpireSoon)
	}
	if got, err := shop.CountContacts(t.Context(), store.ExpireSoonQuery); err != nil || got.Total != want.ExpireSoon {
		t.Errorf("the renewal list has %d, %v, the board %d", got.Total, err, want.ExpireSoon)
	}
	if got, err := shop.Board(t.Context(), since); err != nil || got != want {
		t.Errorf("Board = %+v, %v, want %+v", got, err, want)
	}
}
