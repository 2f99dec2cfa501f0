// Package verdict shows how many get a draft, and as visibly how many do not, why, and what can be done about it.
package verdict

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pregon/store"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/place"
	"pregon/ui/widget/rows"
)

// Verdict is a check with what it needs to be told.
type Verdict struct {
	Env    *view.Env
	Check  *store.Check // nil while it is counted
	Shop   store.Shop
	Prices *store.PriceList // nil leaves the cost out
}

// Reasons are why people are left out, the most frequent first.
func (v *Verdict) Reasons() []store.Reason {
	if v.Check == nil {
		return nil
	}
	var list []store.Reason
	for _, r := range store.Reasons() {
		if v.Check.Excluded[r] > 0 {
			list = append(list, r)
		}
	}
	slices.SortStableFunc(list, func(a, b store.Reason) int { return v.Check.Excluded[b] - v.Check.Excluded[a] })
	return list
}

// Query finds those of an audience who are left out for a reason, in the audience language; "" where no query does.
func Query(r store.Reason, of string) string {
	query := map[store.Reason]string{
		store.ReasonWithdrawn: "consent:withdrawn", store.ReasonPlatformStopped: "platform:stopped",
		store.ReasonNoConsent: "-consent:given -consent:confirmed", store.ReasonExpired: "consent:expired",
		store.ReasonNotSaved: "saved:no", store.ReasonUnreachable: "platform:unreachable", store.ReasonTooSoon: "last:<30d",
	}[r]
	if of = strings.TrimSpace(of); of != "" && query != "" {
		return "(" + of + ") " + query
	}
	return query
}

// lacks says what is to be chosen before there is anything to count.
func (v *Verdict) lacks(width int) []string {
	p, th := v.Env.Say, v.Env.Theme
	var lines []string
	if slices.Contains(v.Check.Blockers, store.BlockerNoTemplate) {
		lines = theme.Wrap(th.Mark(theme.Warn, p.T("Choose a template in step 1.")), width)
	}
	if slices.Contains(v.Check.Blockers, store.BlockerNoAudience) {
		lines = append(lines, theme.Wrap(th.Mark(theme.Warn, p.T("Say in step 2 who is to get it.")), width)...)
	}
	return lines
}

// Short is the verdict in a line.
func (v *Verdict) Short() string {
	p := v.Env.Say
	return p.T("%d will get it", v.Check.Sendable) + " " + v.Env.Theme.Glyph.Separator + " " + p.T("%d will not", v.Check.Audience-v.Check.Sendable)
}

// Render draws it with the pointer at a reason, or at none below zero. of names the reasons where they are clicked.
func (v *Verdict) Render(of any, at int, size view.Size) view.Frame {
	p, th := v.Env.Say, v.Env.Theme
	if v.Check == nil {
		return place.Text(th.Paint(theme.Muted, p.T("counting")))
	}
	if lines := v.lacks(size.W); len(lines) > 0 && at >= 0 {
		return place.Text(lines...)
	}
	role := theme.Good
	if v.Check.Sendable == 0 {
		role = theme.Bad
	}
	get, not := th.Mark(role, p.T("%d will get it", v.Check.Sendable)), v.leftOut()
	head := place.Text(get, not)
	if size.H < 10 {
		head = place.Text(get + "  " + not)
	}
	terms := theme.Wrap(th.Paint(theme.Muted, v.Terms()), size.W)
	room := size.H - place.Height(head) - len(terms) - 1
	list := v.whys(size.W - rows.Indent)
	if at < 0 && room < len(list) { // what is left out stays in sight where there is little room
		return place.Text(v.inShort(get, size.W)...)
	}
	need := 0
	for _, row := range list {
		need += place.Height(row)
	}
	if room < need { // who is left out matters more
		terms = nil
		room = size.H - place.Height(head)
	}
	whys := rows.Render(th, of, list, at, view.Size{W: size.W, H: max(1, room)})
	if len(terms) == 0 {
		return place.Column(head, whys)
	}
	return place.Column(head, whys, place.Text(" "), place.Text(terms...))
}

// leftOut is how many will not get it, which is a warning where there are any.
func (v *Verdict) leftOut() string {
	left := v.Check.Audience - v.Check.Sendable
	words := v.Env.Say.T("%d will not", left)
	if left == 0 {
		return v.Env.Theme.Paint(theme.Muted, words)
	}
	return v.Env.Theme.Mark(theme.Warn, words)
}

// whys are a line for each reason, or two where the remedy does not fit beside it.
func (v *Verdict) whys(width int) []view.Frame {
	p, th := v.Env.Say, v.Env.Theme
	var list []view.Frame
	for _, r := range v.Reasons() {
		words, remedy := p.LeftOut(string(r))
		line := theme.PadLeft(p.Number(v.Check.Excluded[r]), 5) + "  " + words
		remedy = th.Glyph.Arrow + " " + remedy
		if theme.Width(line)+1+theme.Width(remedy) <= width {
			list = append(list, place.Text(line+" "+th.Paint(theme.Muted, remedy)))
			continue
		}
		list = append(list, place.Text(line, th.Paint(theme.Muted, th.Truncate("       "+remedy, width, theme.Right))))
	}
	return list
}

// inShort is all of it on as few lines as it needs; no reason is broken in two.
func (v *Verdict) inShort(get string, width int) []string {
	p, th := v.Env.Say, v.Env.Theme
	lines := []string{get + "  " + v.leftOut()}
	between := ": "
	for _, r := range v.Reasons() {
		words, _ := p.LeftOut(string(r))
		part, last := p.Number(v.Check.Excluded[r])+" "+words, len(lines)-1
		if theme.Width(lines[last]+between+part) <= width {
			lines[last] += between + part
		} else {
			lines = append(lines, "  "+part)
		}
		between = " " + th.Glyph.Separator + " "
	}
	return lines
}

// Terms are what it costs, how long it takes and when it goes.
func (v *Verdict) Terms() string {
	p := v.Env.Say
	var said []string
	if v.Prices != nil && v.Check.Sendable > 0 {
		if cost := v.Prices.Cost(*v.Check, v.Env.Now()); cost.Currency != "" && cost.Unpriced == 0 {
			said = append(said, p.T("About %s", p.Money(cost.Micro, cost.Currency)))
		}
	}
	if v.Check.Signed() > 0 {
		said = append(said, p.Register())
	}
	if v.Check.Days > 1 {
		said = append(said, p.T("takes %d days: what Meta allows, the open hours and the pace", v.Check.Days))
	}
	if v.Check.Days > 1 || v.Check.Elsewhere > 0 {
		said = append(said, v.days()...)
	}
	if n := v.Check.Elsewhere; n > 0 {
		said = append(said, p.Elsewhere(n))
	}
	if n := v.Check.NoCommonHours; n > 0 {
		said = append(said, p.NoCommonHours(n))
	}
	switch hours := v.Shop.Hours; {
	case v.Shop.Practice:
		said = append(said, p.T("a practice shop sends at all hours"))
	case hours.Closes > hours.Opens:
		said = append(said, p.T("goes out %s to %s", clock(hours.Opens), clock(hours.Closes)))
	}
	return strings.Join(said, " "+v.Env.Theme.Glyph.Separator+" ")
}

// plannedDays is how many days of a plan are told one by one.
const plannedDays = 3

// days are the first days of the plan with how many people go on each, and when the last of all is done.
func (v *Verdict) days() []string {
	p, plan := v.Env.Say, v.Check.Plan
	var said []string
	for _, day := range plan[:min(len(plan), plannedDays)] {
		said = append(said, p.Day(day.From, v.Env.Now())+": "+p.Number(day.People))
	}
	if len(plan) == v.Check.Days && len(plan) > 0 { // else the end is further away than anybody plans
		if until, now := plan[len(plan)-1].Until, v.Env.Now(); until.Sub(now) < time.Minute {
			said = append(said, p.T("done within a minute"))
		} else {
			said = append(said, p.T("done %s", p.Ago(until, now)))
		}
	}
	return said
}

// clock writes minutes after midnight as a time of day.
func clock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// Under is the reason on a line, "" where there is none.
func (v *Verdict) Under(at int) store.Reason {
	if reasons := v.Reasons(); at < len(reasons) {
		return reasons[at]
	}
	return ""
}

// NoTest says why the message cannot be sent to one's own number yet.
func (v *Verdict) NoTest(m *store.Message) string {
	switch {
	case m == nil:
		return v.Env.Say.T("Choose a template in step 1.")
	case v.Check == nil || len(v.Check.Unbound) > 0:
		return v.Env.Say.T("Give every place of the template its words in step 3.")
	}
	return ""
}
