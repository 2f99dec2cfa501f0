package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pregon/store/phone"
)

// reasonSQL names the first reason why c, with standing s, gets no message now,
// or ”. The gate claims by it and the check counts by it, so that the two
// cannot differ. %s is the condition of a missing parameter.
// Somebody's past is looked up from the first broadcast on that can matter, so
// that it costs the same in the tenth year. The arguments are reasonArgs.
const reasonSQL = `CASE
	WHEN s.eligible = 0 THEN CASE
		WHEN s.consent = 'withdrawn' THEN 'withdrawn'
		WHEN s.suppressed = 1 OR s.erased = 1 THEN 'suppressed'
		WHEN s.platform = 'stopped' THEN 'platform_stopped'
		WHEN s.held = 1 THEN 'review'
		WHEN s.consent IN ('none', 'asked', 'refused') THEN 'no_consent'
		WHEN s.consent = 'given' AND ? THEN 'no_consent'
		WHEN s.consent = 'expired' THEN 'expired'
		WHEN s.saved NOT IN ('says_saved', 'seen_by_staff', 'self_written') THEN 'not_saved'
		ELSE 'unreachable' END
	WHEN ? AND s.consent = 'given' THEN 'no_consent'
	WHEN c.country IN ` + undeliverableSQL + ` THEN 'undeliverable_market'
	WHEN (SELECT sum(CASE WHEN ` + reachedSQL + ` THEN ` + attemptedSQL + ` + ` + tooMany + ` * ` + attemptedSQL + `
			WHEN ` + restedSQL + ` THEN ` + tooMany + ` END)
		FROM deliveries p WHERE p.contact_id = c.id AND p.broadcast_id >= ? AND p.broadcast_id <> ?) >= ? THEN 'too_soon'
	WHEN %s THEN 'missing_parameter'
	ELSE '' END`

// tooMany is what one delivery counts for in a month when it alone is too much: more than Shop.PerMonth can be.
const tooMany = "1000"

// reachedSQL holds for deliveries that may have reached the person; whatever a
// person decided of an unknown one, it may have.
const reachedSQL = `(p.state IN ` + reachedStates + `
		OR p.id IN (SELECT delivery_id FROM unknown_decisions))`

// attemptedSQL holds for attempts made after a moment. The arguments are attemptedArgs.
//
// One that is dated ahead of the clock was made by a clock that has gone back
// since. It was made at the latest when the platform told of it by its own
// clock, or when the next engine began by a right one; as long as neither is
// known it may have been made just now. So a wrong year blocks nobody for a
// year, and nobody gets more for it.
const attemptedSQL = `(p.attempted_at > ? AND NOT (p.attempted_at > ? AND (p.sent_at BETWEEN 1 AND ? OR ` + clockRightSQL + `)))`

// clockRightSQL holds when the clock was right again at a moment: an engine has
// begun since, and after the last call that is dated ahead.
const clockRightSQL = `EXISTS (SELECT 1 FROM engines e WHERE e.started_at <= ?
	AND e.id > (SELECT max(o.engine_id) FROM outbox o WHERE o.claimed_at > ?))`

// restedSQL holds for deliveries with which the platform said, after a moment,
// that the person has had enough for now (131049): nobody writes to her for
// RestsFor. The arguments are restedArgs.
const restedSQL = `(p.state = 'failed' AND p.code = 131049 AND p.ended_at > ? AND NOT (p.ended_at > ? AND ` + clockRightSQL + `))`

func attemptedArgs(now time.Time, within time.Duration) []any {
	since, ahead := now.Add(-within).UnixMilli(), now.Add(clockSlack).UnixMilli()
	return []any{since, ahead, since, since, ahead}
}

func restedArgs(now time.Time) []any {
	since, ahead := now.Add(-RestsFor).UnixMilli(), now.Add(clockSlack).UnixMilli()
	return []any{since, ahead, since, ahead}
}

// RestsFor is how long nobody writes to a person of whom the platform said that
// she has had enough marketing for now.
const RestsFor = 7 * 24 * time.Hour

// perMonth is the span of Shop.PerMonth.
const perMonth = 30 * 24 * time.Hour

// firstRecent is the oldest broadcast that may have called somebody within
// perMonth. Failures are told for some time after a broadcast ended.
const firstRecent = `SELECT coalesce(min(id), 9223372036854775807) FROM broadcasts
	WHERE frozen_at > 0 AND (finished_at = 0 OR finished_at > ?)`

// reasonArgs are the arguments of reasonSQL; first is that of firstRecent.
func reasonArgs(shop Shop, id, first BroadcastID, now time.Time) []any {
	return slices.Concat([]any{shop.RequireConfirmed, shop.RequireConfirmed}, attemptedArgs(now, perMonth), attemptedArgs(now, shop.Every),
		restedArgs(now), []any{first, id, shop.PerMonth})
}

// recent is the argument of firstRecent.
func recent(now time.Time) []any { return []any{now.Add(-perMonth - RestsFor).UnixMilli()} }

// Blocker is what keeps a whole broadcast from starting.
type Blocker string

// The blockers.
const (
	BlockerNotSetUp       Blocker = "not_set_up"
	BlockerNoTemplate     Blocker = "no_template"
	BlockerNotApproved    Blocker = "template_not_approved"
	BlockerTemplateRed    Blocker = "template_quality_red"
	BlockerMediaHeader    Blocker = "media_header"
	BlockerUnbound        Blocker = "parameter_unbound"
	BlockerNoAudience     Blocker = "no_audience"
	BlockerNobody         Blocker = "nobody_sendable"
	BlockerQualityRed     Blocker = "quality_red"
	BlockerNumberStatus   Blocker = "number_not_connected"
	BlockerAccountStopped Blocker = "account_stopped"
	BlockerNoFeed         Blocker = "no_feed"
	BlockerFeedStale      Blocker = "feed_stale"
	BlockerKeyMissing     Blocker = "key_missing"
	BlockerAlreadyStarted Blocker = "already_started"
	BlockerRestored       Blocker = "restored"
)

// Blockers lists all blockers.
func Blockers() []Blocker {
	return []Blocker{
		BlockerNotSetUp, BlockerNoTemplate, BlockerNotApproved, BlockerTemplateRed, BlockerMediaHeader, BlockerUnbound,
		BlockerNoAudience, BlockerNobody, BlockerQualityRed, BlockerNumberStatus, BlockerAccountStopped, BlockerNoFeed,
		BlockerFeedStale, BlockerKeyMissing, BlockerAlreadyStarted, BlockerRestored,
	}
}

// Check says who gets a broadcast, who does not and why, before it starts.
type Check struct {
	Audience, Sendable int
	Excluded           map[Reason]int
	ByCountry          map[string]int // the sendable, by ISO country, for the cost
	Category           string         // of the template
	Outlook                           // of the sendable
	Blockers           []Blocker
	// Unbound are the template's parameters without a binding.
	Unbound []string
}

// Signed counts the sendable of countries with a register of their own for consents; see [phone.SignedIn].
func (c *Check) Signed() int {
	n := 0
	for country, people := range c.ByCountry {
		if phone.SignedIn(country) {
			n += people
		}
	}
	return n
}

// Check looks at a saved broadcast.
func (s *Store) Check(ctx context.Context, id BroadcastID) (Check, error) {
	b, err := s.Broadcast(ctx, id)
	if err != nil {
		return Check{}, err
	}
	check, err := s.check(ctx, id, b.Draft)
	if err == nil && b.State != BroadcastDraft && b.State != BroadcastScheduled {
		check.Blockers = append(check.Blockers, BlockerAlreadyStarted)
	}
	return check, err
}

// CheckDraft looks at a broadcast that is being composed.
func (s *Store) CheckDraft(ctx context.Context, draft Draft) (Check, error) {
	return s.check(ctx, 0, draft)
}

func (s *Store) check(ctx context.Context, id BroadcastID, draft Draft) (Check, error) {
	c := Check{Excluded: map[Reason]int{}, ByCountry: map[string]int{}, Outlook: Outlook{Days: 1}}
	shop, err := s.Shop(ctx)
	if errors.Is(err, ErrNotSetUp) {
		c.Blockers = append(c.Blockers, BlockerNotSetUp)
		return c, nil
	}
	if err != nil {
		return Check{}, err
	}
	account, err := s.Account(ctx)
	if err != nil {
		return Check{}, err
	}
	missing, err := s.checkTemplate(ctx, draft, &c)
	if err != nil {
		return Check{}, err
	}
	zones, err := s.countReasons(ctx, id, draft, shop, missing, &c)
	if err != nil {
		return Check{}, err
	}
	c.blockAccount(account, s.now(), s.KeyMissing())
	waiting, err := s.Restored(ctx)
	if err != nil {
		return Check{}, err
	}
	if waiting != nil {
		c.Blockers = append(c.Blockers, BlockerRestored)
	}
	c.Outlook, err = s.outlook(ctx, shop, account, draft.SendAt, zones)
	return c, err
}

// checkTemplate notes what is wrong with the template and returns the
// condition of a missing parameter.
func (s *Store) checkTemplate(ctx context.Context, draft Draft, c *Check) (condition, error) {
	template, err := s.Template(ctx, draft.Template, draft.Language)
	if ignoreNotFound(err) != nil {
		return condition{}, fmt.Errorf("read the template: %w", err)
	}
	c.Blockers = append(c.Blockers, template.blockers()...)
	if slices.Contains(c.Blockers, BlockerNoTemplate) {
		return condition{sql: "0"}, nil
	}
	c.Category = template.Category
	message, err := template.Message()
	if err != nil {
		return condition{}, err
	}
	if head := message.MediaHeader(); head != "" && head != draft.Media.Kind {
		c.Blockers = append(c.Blockers, BlockerMediaHeader)
	}
	for _, parameter := range message.Parameters() {
		if binding := draft.Bindings[parameter.Key]; clean(binding.Value) == "" && binding.Field == "" {
			c.Unbound = append(c.Unbound, parameter.Key)
		}
	}
	if len(c.Unbound) > 0 {
		c.Blockers = append(c.Blockers, BlockerUnbound)
	}
	return draft.Bindings.missing(message), nil
}

// countReasons counts the audience, and returns the sendable by the zone they live in, "" being the shop's.
func (s *Store) countReasons(ctx context.Context, id BroadcastID, draft Draft, shop Shop, missing condition, c *Check) (map[string]int, error) {
	elsewhere, zones := shop.elsewhere(), map[string]int{}
	if strings.TrimSpace(draft.Audience) == "" {
		c.Blockers = append(c.Blockers, BlockerNoAudience)
		return zones, nil
	}
	tree, err := s.audience(ctx, draft.Audience)
	if err != nil {
		return nil, err
	}
	people := where(tree, s.now())
	query := `SELECT reason, country, CASE reason WHEN '' THEN ` + zoneSQL + `(phone) ELSE '' END, count(*)
		FROM (SELECT c.country, coalesce(c.phone, '') AS phone, ` + fmt.Sprintf(reasonSQL, missing.sql) + ` AS reason
		FROM contacts c JOIN standings s ON s.contact_id = c.id, shop WHERE s.erased = 0 AND ` + arrived + ` AND ` + people.sql + `)
		GROUP BY 1, 2, 3`
	var first BroadcastID
	if err := s.scan(ctx, firstRecent, recent(s.now()), &first); err != nil {
		return nil, fmt.Errorf("find the last month's broadcasts: %w", err)
	}
	args := slices.Concat(reasonArgs(shop, id, first, s.now()), missing.args, people.args)
	err = s.each(ctx, query, args, func(scan func(...any) error) error {
		var reason Reason
		var country, zone string
		var n int
		if err := scan(&reason, &country, &zone, &n); err != nil {
			return err
		}
		c.Audience += n
		if reason == "" {
			c.Sendable += n
			c.ByCountry[country] += n
			zones[elsewhere(zone)] += n
		} else {
			c.Excluded[reason] += n
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count the audience: %w", err)
	}
	switch {
	case c.Audience == 0:
		c.Blockers = append(c.Blockers, BlockerNoAudience)
	case c.Sendable == 0:
		c.Blockers = append(c.Blockers, BlockerNobody)
	}
	return zones, nil
}

func (c *Check) blockAccount(account Account, now time.Time, keyMissing bool) {
	if account.Quality == "RED" {
		c.Blockers = append(c.Blockers, BlockerQualityRed)
	}
	if account.Stops(now) {
		c.Blockers = append(c.Blockers, BlockerAccountStopped)
	}
	if account.Status != "" && account.Status != "CONNECTED" {
		c.Blockers = append(c.Blockers, BlockerNumberStatus)
	}
	switch {
	case !account.FeedConnected():
		c.Blockers = append(c.Blockers, BlockerNoFeed)
	case !account.FeedFresh(now):
		c.Blockers = append(c.Blockers, BlockerFeedStale)
	}
	if keyMissing {
		c.Blockers = append(c.Blockers, BlockerKeyMissing)
	}
}
