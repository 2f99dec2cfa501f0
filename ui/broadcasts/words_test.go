package broadcasts_test

import (
	"testing"
	"time"

	"pregon/assets"
	"pregon/sender"
	"pregon/store"
	"pregon/ui/say"
)

// languages are printers of every language, to see that words and not codes are said.
func languages(t *testing.T) map[string]*say.Printer {
	t.Helper()
	printers := make(map[string]*say.Printer)
	for lang := range assets.Locales() {
		p, err := say.New(lang, assets.Locales())
		must(t, err)
		printers[lang] = p
	}
	return printers
}

func TestEveryCodeHasItsWords(t *testing.T) {
	t.Parallel()
	for lang, p := range languages(t) {
		said := func(code, words string) {
			t.Helper()
			if words == "" || words == code {
				t.Errorf("%s: %q has no words", lang, code)
			}
		}
		for _, r := range store.Reasons() {
			words, remedy := p.LeftOut(string(r))
			said(string(r), words)
			said(string(r), remedy)
		}
		for _, b := range []store.Blocker{
			store.BlockerNotSetUp, store.BlockerNoTemplate, store.BlockerNotApproved, store.BlockerTemplateRed, store.BlockerMediaHeader,
			store.BlockerUnbound, store.BlockerNoAudience, store.BlockerNobody, store.BlockerQualityRed, store.BlockerNumberStatus, store.BlockerAccountStopped,
			store.BlockerNoFeed, store.BlockerFeedStale, store.BlockerKeyMissing, store.BlockerAlreadyStarted,
		} {
			said(string(b), p.Blocker(string(b)))
		}
		for _, r := range sender.StopReasons() {
			said(r, p.Stopped(r))
		}
		for _, q := range []store.Question{store.QuestionMissed, store.QuestionGrew, store.QuestionUnconfirmed, store.QuestionBlocked, store.QuestionReworded} {
			said(string(q), p.Asks(string(q)))
		}
		for _, r := range []string{"timeout", "connection_lost", "server_error", "bad_answer", "killed"} {
			said(r, p.Lost(r))
		}
		for _, r := range []sender.WaitReason{
			sender.WaitRate, sender.WaitLimit, sender.WaitHours, sender.WaitNetwork, sender.WaitPlatform, sender.WaitRetry,
			sender.WaitTheirHours, sender.WaitNoHours, sender.WaitWarmUp,
		} {
			said(string(r), p.Waits(string(r), time.Time{}, time.Now()))
		}
		for _, s := range []store.DeliveryState{
			store.DeliveryQueued, store.DeliveryExcluded, store.DeliveryAccepted, store.DeliverySent, store.DeliveryUnknown, store.DeliverySending,
		} {
			said(string(s), p.Delivery(string(s)))
		}
		for _, s := range []store.BroadcastState{store.BroadcastScheduled, store.BroadcastDone} {
			said(string(s), p.Broadcast(string(s)))
		}
	}
}

func TestStopReasonsAreToldApart(t *testing.T) {
	t.Parallel()
	p := languages(t)["en"]
	anything := p.Stopped("a reason nobody knows")
	vague := 0
	for _, r := range sender.StopReasons() {
		if p.Stopped(r) == anything {
			vague++
		}
	}
	if vague > 4 { // the platform's unknown codes and our own mistakes
		t.Errorf("%d stop reasons say nothing of their own", vague)
	}
}

func TestCommonFailuresAreToldApart(t *testing.T) {
	t.Parallel()
	p := languages(t)["en"]
	anything := p.Failure(-1)
	for _, code := range []int{131026, 131049, 131050, 130472, 131047, 131021, 131056, 130429, 132001, 132015, 131048, 131042, 131031, 190, 131000, 100} {
		if p.Failure(code) == anything {
			t.Errorf("%d has no words of its own", code)
		}
	}
}

func TestTheCostIsEstimatedWhereThereArePrices(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.people(t)
	d.compose()
	d.Unseen("About")
	list, err := store.ReadPrices([]byte("country,market,category,currency,micros,from\nCA,,MARKETING,EUR,50900,2026-01-01\n"))
	must(t, err)
	d.view.WithPrices(list)
	d.Press("esc", "enter")
	for range 3 {
		d.Press("tab")
	}
	d.See("About 0.25 €")
}
