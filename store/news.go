package store

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The reasons with which news of the platform pauses a broadcast; they are the
// sender's own for the same trouble.
const (
	pausedTemplate = "platform_template"
	pausedQuality  = "platform_quality"
	pausedAccount  = "platform_account"
)

// Why an account lets nothing go out, in Account.Stopped.
const (
	AccountDisabled   = "account_disabled"
	AccountRestricted = "account_restricted"
	AccountDeleted    = "account_deleted"
	AccountOffboarded = "account_offboarded"
	AccountRejected   = "account_rejected"
)

const (
	templateKnown = `SELECT name, language, status, category, quality, status_at, category_at, quality_at FROM templates
		WHERE name = ? AND replace(lower(language), '-', '_') = replace(lower(?), '-', '_')`
	updateTemplate = `UPDATE templates SET status = ?, category = ?, quality = ?, status_at = ?, category_at = ?,
		quality_at = ? WHERE name = ? AND language = ?`
	sendingWith   = `SELECT id FROM broadcasts WHERE state = 'sending' AND template = ? AND language = ?`
	sendingNow    = `SELECT id FROM broadcasts WHERE state = 'sending'`
	accountTimes  = `SELECT stopped_at, limit_at, quality_at FROM account`
	stopAccount   = `UPDATE account SET stopped = ?, stopped_until = ?, stopped_at = ?`
	limitAccount  = `UPDATE account SET messaging_limit = ?, limit_at = ?`
	gradeAccount  = `UPDATE account SET quality = ?, quality_at = ?`
	throughputNow = `UPDATE account SET throughput = ?`
	nameAccount   = `UPDATE account SET verified_name = ?`
	liftAccount   = `UPDATE account SET stopped = '', stopped_until = 0 WHERE stopped_until > 0 AND stopped_until <= ?`
)

// highThroughput is messages a second after the platform's upgrade of a number.
const highThroughput = 1000

// ReadMessagingLimit reads TIER_250, TIER_2K, TIER_UNLIMITED, or a plain number
// of which a negative one means unlimited. 0 is without limit.
func ReadMessagingLimit(word string) (limit int, understood bool) {
	rest := strings.ToUpper(strings.TrimPrefix(strings.TrimSpace(word), "TIER_"))
	if rest == "UNLIMITED" {
		return 0, true
	}
	times := 1
	if thousands, found := strings.CutSuffix(rest, "K"); found {
		rest, times = thousands, 1000
	} else if millions, found := strings.CutSuffix(rest, "M"); found {
		rest, times = millions, 1_000_000
	}
	n, err := strconv.Atoi(rest)
	switch {
	case err != nil || n == 0 || n > 1<<30/times:
		return 0, false
	case n < 0:
		return 0, true
	}
	return n * times, true
}

// templateNews applies a change of one template, the newest word on each of its
// sides, and pauses what is being sent with it.
func (t *tx) templateNews(n TemplateNews) error {
	stamp := n.At.Unix()
	if n.At.IsZero() { // without a moment, the same again may be news
		stamp = t.now.UnixMilli()
	}
	words := strings.Join([]string{n.Name, n.Language, n.Status, n.Category, n.Quality, strconv.FormatInt(stamp, 10)}, " ")
	if first, err := t.once(templateTold, words, n.At); err != nil || !first {
		return err
	}
	at := dated(n.At, t.now).UnixMilli()
	var name, language string
	var now [3]string
	var since [3]int64
	err := t.scan(templateKnown, []any{n.Name, n.Language}, &name, &language, &now[0], &now[1], &now[2],
		&since[0], &since[1], &since[2])
	if err != nil {
		return ignoreNotFound(err)
	}
	if n.Reworded {
		return t.reworded(name, language)
	}
	sides := [3]string{templateStatus(n.Status), strings.ToUpper(n.Category), strings.ToUpper(n.Quality)}
	applied := [3]bool{}
	for side, word := range sides {
		if word == "" || at < since[side] || at == since[side] && word == now[side] {
			continue
		}
		applied[side] = true
		now[side], since[side] = shorten(word, maxTag), at
	}
	if applied == [3]bool{} {
		return nil
	}
	_, err = t.exec(updateTemplate, now[0], now[1], now[2], since[0], since[1], since[2], name, language)
	if err != nil {
		return fmt.Errorf("note the news of template %s: %w", name, err)
	}
	// A new category is another price and other rules than the owner agreed to.
	if applied[0] && now[0] != StatusApproved || applied[1] || applied[2] && now[2] == "RED" {
		return t.pauseAll(BroadcastEvent{Reason: pausedTemplate}, sendingWith, name, language)
	}
	return nil
}

// templateStatus is the status after an event; only APPROVED can be sent.
func templateStatus(event string) string {
	event = strings.ToUpper(event)
	if event == "REINSTATED" {
		return StatusApproved
	}
	return event
}

// pauseAll pauses what is being sent.
func (t *tx) pauseAll(why BroadcastEvent, query string, args ...any) error {
	going, err := t.broadcasts(query, args...)
	if err != nil {
		return err
	}
	for _, b := range going {
		if err := t.move(b, BroadcastPaused, why); err != nil {
			return err
		}
	}
	return nil
}

// broadcasts reads those whose ids a query selects.
func (t *tx) broadcasts(query string, args ...any) ([]Broadcast, error) {
	var ids []BroadcastID
	err := t.each(query, args, func(scan func(...any) error) error {
		var id BroadcastID
		err := scan(&id)
		ids = append(ids, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find broadcasts: %w", err)
	}
	list := make([]Broadcast, 0, len(ids))
	for _, id := range ids {
		b, err := t.broadcast(id)
		if err != nil {
			return nil, err
		}
		list = append(list, b)
	}
	return list, nil
}

// accountNews applies news of the number and the account.
func (t *tx) accountNews(n AccountNews) error {
	at := dated(n.At, t.now)
	detail := strings.Join(slices.DeleteFunc([]string{
		n.Kind, n.Event, n.Quality, n.MessagingLimit, n.BanState, n.Detail,
	}, func(s string) bool { return s == "" }), " ")
	if !n.At.IsZero() { // without a moment, the same again may be news
		if first, err := t.once("account", fmt.Sprintf("%s %v %v", detail, n.Restrictions, at.Unix()), at); err != nil || !first {
			return err
		}
	}
	if err := t.audit(AuditEvent{Type: "account_news", Subject: "account", Detail: shorten(clean(detail), maxWords)}); err != nil {
		return err
	}
	var since struct{ stop, limit, quality int64 }
	if err := t.scan(accountTimes, nil, &since.stop, &since.limit, &since.quality); err != nil {
		return fmt.Errorf("read the account: %w", err)
	}
	ms := at.UnixMilli()
	if limit, understood := ReadMessagingLimit(n.MessagingLimit); understood && ms >= since.limit {
		if _, err := t.exec(limitAccount, limit, ms); err != nil {
			return fmt.Errorf("note the messaging limit: %w", err)
		}
	}
	if err := t.numberNews(n, ms, since.quality); err != nil {
		return err
	}
	return t.stopNews(n, at, since.stop)
}

// numberNews applies quality, throughput and name.
func (t *tx) numberNews(n AccountNews, at, since int64) error {
	quality := strings.ToUpper(n.Quality)
	switch {
	case quality != "":
	case n.Event == "FLAGGED":
		quality = "RED"
	case n.Event == "UNFLAGGED":
		quality = "GREEN"
	}
	if slices.Contains([]string{"GREEN", "YELLOW", "RED", "UNKNOWN"}, quality) && at >= since {
		if _, err := t.exec(gradeAccount, quality, at); err != nil {
			return fmt.Errorf("note the quality: %w", err)
		}
		if quality == "RED" {
			if err := t.pauseAll(BroadcastEvent{Reason: pausedQuality}, sendingNow); err != nil {
				return err
			}
		}
	}
	throughput := n.Throughput
	if n.Event == "THROUGHPUT_UPGRADE" && throughput == 0 {
		throughput = highThroughput
	}
	if throughput > 0 {
		if _, err := t.exec(throughputNow, throughput); err != nil {
			return fmt.Errorf("note the throughput: %w", err)
		}
	}
	if n.Kind == "phone_number_name_update" && n.Event == "APPROVED" && n.VerifiedName != "" {
		if _, err := t.exec(nameAccount, shorten(clean(n.VerifiedName), maxName)); err != nil {
			return fmt.Errorf("note the name: %w", err)
		}
	}
	return nil
}

// stopNews stops the account, or lets it go on; the newest word counts, and of
// two of one moment the stop.
func (t *tx) stopNews(n AccountNews, at time.Time, since int64) error {
	reason, until, lifts := n.stops()
	ms := at.UnixMilli()
	switch {
	case reason != "" && ms >= since:
		if _, err := t.exec(stopAccount, reason, millis(until), ms); err != nil {
			return fmt.Errorf("stop the account: %w", err)
		}
		return t.pauseAll(BroadcastEvent{Reason: pausedAccount}, sendingNow)
	case lifts && ms > since:
		if _, err := t.exec(stopAccount, "", 0, ms); err != nil {
			return fmt.Errorf("let the account go on: %w", err)
		}
	}
	return nil
}

// stops reads what the news means for sending.
func (n AccountNews) stops() (reason string, until time.Time, lifts bool) {
	switch {
	case n.BanState == "DISABLE":
		return AccountDisabled, time.Time{}, false
	case n.BanState == "REINSTATE":
		return "", time.Time{}, true
	case n.Event == "ACCOUNT_DELETED":
		return AccountDeleted, time.Time{}, false
	case n.Event == "ACCOUNT_OFFBOARDED":
		return AccountOffboarded, time.Time{}, false
	case n.Event == "ACCOUNT_RECONNECTED":
		return "", time.Time{}, true
	case n.Kind == "account_review_update" && n.Event == "REJECTED":
		return AccountRejected, time.Time{}, false
	case n.Kind == "account_review_update" && n.Event == "APPROVED":
		return "", time.Time{}, true
	}
	for _, r := range n.Restrictions {
		if r.Type == "RESTRICTED_BIZ_INITIATED_MESSAGING" {
			return AccountRestricted, r.Until, false
		}
	}
	return "", time.Time{}, false
}

// mayGoOut ends a restriction whose time is over, and refuses with
// *BlockedError what keeps a broadcast that was begun from going on: the account
// or its number, the template, or a feed that was connected and is silent.
func (t *tx) mayGoOut(b Broadcast) error {
	if _, err := t.exec(liftAccount, t.now.UnixMilli()); err != nil {
		return fmt.Errorf("look whether the account may send again: %w", err)
	}
	account, err := scanAccount(func(into ...any) error { return t.scan(selectAccount, nil, into...) })
	if err != nil {
		return err
	}
	template, err := scanTemplate(func(into ...any) error { return t.scan(selectTemplate, []any{b.Template, b.Language}, into...) })
	if ignoreNotFound(err) != nil {
		return fmt.Errorf("read the template: %w", err)
	}
	c := Check{Blockers: template.blockers()}
	c.blockAccount(account, t.now, t.file.key == nil)
	blockers := slices.DeleteFunc(c.blocking(true), func(why Blocker) bool { return why == BlockerFeedStale && b.WithoutFeed })
	if len(blockers) > 0 {
		return &BlockedError{blockers}
	}
	return nil
}
