package cli

import (
	"context"
	"strings"

	"pregon/assets"
	"pregon/sender"
	"pregon/store"
	"pregon/ui/say"
)

type costDocument struct {
	Currency string `json:"currency"`
	Amount   string `json:"amount"`
	Unpriced int    `json:"unpriced"`
}

type checkDocument struct {
	ID       store.BroadcastID    `json:"id"`
	Audience int                  `json:"audience"`
	Sendable int                  `json:"sendable"`
	Excluded map[store.Reason]int `json:"excluded"`
	Cost     costDocument         `json:"cost"`
	Days     int                  `json:"days"`
	Blockers []store.Blocker      `json:"blockers"`
	Plan     []dayDocument        `json:"plan"`
	// Elsewhere live by another clock; NoCommonHours of them never while the shop is open.
	Elsewhere     int `json:"elsewhere"`
	NoCommonHours int `json:"no_common_hours"`
}

// dayDocument is one day of what is still to go out.
type dayDocument struct {
	Day    string `json:"day"`
	People int    `json:"people"`
	From   string `json:"from"`
	Until  string `json:"until"`
}

func planOf(check store.Outlook) []dayDocument {
	days := make([]dayDocument, 0, len(check.Plan))
	for _, day := range check.Plan {
		days = append(days, dayDocument{day.Day, day.People, stamp(day.From), stamp(day.Until)})
	}
	return days
}

// planShown is how many days of a plan are printed for people.
const planShown = 14

// planLines are the days of what takes more than one, or begins later for some; days says how many it takes.
func (l *line) planLines(p *paper, zoned *say.Printer, ahead store.Outlook, days string) {
	if n := ahead.Elsewhere; n > 0 {
		p.line(l.say.Elsewhere(n))
	}
	if n := ahead.NoCommonHours; n > 0 {
		p.line("! " + l.say.NoCommonHours(n))
	}
	if ahead.Days > 1 {
		p.line(days)
	}
	for i, day := range ahead.Plan {
		if ahead.Days < 2 && ahead.Elsewhere == 0 {
			return
		}
		if i == planShown {
			p.line("  " + l.say.T("and so on for %d more days", ahead.Days-planShown))
			return
		}
		p.line("  " + l.say.T("%s: %s people", zoned.Exact(day.From), l.say.Number(day.People)))
	}
}

func (l *line) checkBroadcast(ctx context.Context, shop *Shop, args []string) error {
	b, err := l.broadcast(ctx, shop.Store, args[0])
	if err != nil {
		return err
	}
	findings, err := shop.Engine.Health(ctx, sender.HealthOf{Template: b.Template, Language: b.Language})
	if err != nil {
		return err
	}
	check, err := shop.Store.Check(ctx, b.ID) // of what Meta just said
	if err != nil {
		return err
	}
	blockers := list(check.Blockers)
	for _, f := range stopping(sender.Beyond(findings)) {
		blockers = append(blockers, store.Blocker(f.Code))
	}
	prices, err := store.ReadPrices(assets.Rates())
	if err != nil {
		return err
	}
	cost := prices.Cost(check, l.Now())
	return l.print(checkDocument{
		b.ID, check.Audience, check.Sendable, check.Excluded,
		costDocument{cost.Currency, cost.Decimal(), cost.Unpriced},
		check.Days, blockers, planOf(check.Outlook), check.Elsewhere, check.NoCommonHours,
	}, func(p *paper) {
		l.checkLines(p, l.zoned(ctx, shop.Store), check, cost)
		l.healthLines(p, l.zoned(ctx, shop.Store), findings)
	})
}

func (l *line) checkLines(p *paper, zoned *say.Printer, check store.Check, cost store.Cost) {
	p.line(l.say.T("%d in the audience, %d get it", check.Audience, check.Sendable))
	for _, reason := range store.Reasons() {
		if n := check.Excluded[reason]; n > 0 {
			p.line("  " + l.leftOut(reason) + ": " + l.say.Number(n))
		}
	}
	if check.Sendable > 0 {
		p.line(l.say.T("Cost, an estimate: %s", l.say.Money(cost.Micro, cost.Currency)))
	}
	if cost.Unpriced > 0 {
		p.line(l.say.T("For %d of them no price is known.", cost.Unpriced))
	}
	if n := check.Signed(); n > 0 {
		p.line("! " + l.say.InTurkey(n))
	}
	l.planLines(p, zoned, check.Outlook,
		l.say.T("It takes %d days: what Meta allows in 24 hours, the open hours here and where people live, and the pace.", check.Days))
	for _, blocker := range check.Blockers {
		for _, text := range l.blockerLines(blocker) {
			p.line(text)
		}
	}
}

// healthLines are what else a person should know before it starts: all that is not well and not said by the check.
func (l *line) healthLines(p *paper, zoned *say.Printer, findings []sender.Finding) {
	for _, f := range sender.Beyond(findings) {
		what, next := findingWords(zoned, f)
		p.line(strings.TrimSpace(what + " " + next))
	}
}
