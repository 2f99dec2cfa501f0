package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"pregon/store/optout"
)

// answerWithin is how long an asked person may take with the answer; later it
// is none (consent.md, the counter screen).
const answerWithin = 7 * 24 * time.Hour

// answerSlack is how far the platform's clock may be behind the shop's before
// an answer looks older than its question.
const answerSlack = time.Minute

// staffCustomer stands where an opt-in needs somebody who took it and it was
// the customer alone.
const staffCustomer = "customer"

const (
	lastAsked = `SELECT occurred_at, notice, notice_version, staff, place, language FROM consent_events
		WHERE contact_id = ? AND type = 'asked' ORDER BY seq DESC LIMIT 1`
	lastYes = `SELECT occurred_at, notice, notice_version, staff, place, language FROM consent_events
		WHERE contact_id = ?1 AND type IN ('given', 'confirmed') AND event_id NOT IN (
			SELECT supersedes FROM consent_events WHERE contact_id = ?1) ORDER BY seq DESC LIMIT 1`
	posterByCode = `SELECT opened_at, notice, notice_version, staff, place, '' FROM prompts
		WHERE code = ?1 AND opened_at <= ?2 AND (closed_at = 0 OR closed_at > ?2)`
	insertPrompt = `INSERT INTO prompts (code, notice, notice_version, place, staff, opened_at) VALUES (?, ?, ?, ?, ?, ?)`
	closePrompt  = `UPDATE prompts SET closed_at = ? WHERE code = ? AND closed_at = 0`
	listPrompts  = `SELECT code, notice, notice_version, place, staff, opened_at FROM prompts WHERE closed_at = 0 ORDER BY code`
	noticeIn     = `SELECT id FROM notices WHERE id LIKE 'optin%' ORDER BY language <> ?1, language <> ?2, id LIMIT 1`
	savedSince   = `SELECT wamid, at FROM inbound WHERE contact_id = ? AND at >= ? AND meaning = 'saved' ORDER BY at DESC LIMIT 1`
	liftStop     = `UPDATE standings SET suppressed = EXISTS (SELECT 1 FROM suppressed_identities i
		JOIN contacts c ON i.mac IN (c.phone_mac, c.user_mac) WHERE c.id = ?1) WHERE contact_id = ?1`
)

// Prompt is a standing question: a poster with a QR code that writes a join
// word and Code, beside the wording that says what is joined.
type Prompt struct {
	Code    string // a word or two; kept in the form in which customers' words are compared
	Notice  string // id of the wording on the poster
	Version int    // 0 means the newest
	Place   string // where it hangs; defaults to the shop's name
	Staff   string // who put it up
	Opened  time.Time
}

// OpenPrompt puts up a poster: from now on a join word with its code, sent by a
// customer, is an opt-in to the wording. Refuses with *InvalidError, and with
// ErrConflict where the code was used before.
func (s *Store) OpenPrompt(ctx context.Context, p Prompt) (Prompt, error) {
	p.Code = optout.Normal(p.Code)
	switch {
	case p.Code == "":
		return Prompt{}, &InvalidError{Field: "code", Reason: "empty"}
	case strings.Count(p.Code, " ") > 3:
		return Prompt{}, &InvalidError{Field: "code", Reason: "too_long"}
	case optout.Classify(optout.Message{Kind: "text", Text: "join " + p.Code}).Rest != p.Code:
		return Prompt{}, &InvalidError{Field: "code", Reason: "taken"} // means something by itself
	case strings.TrimSpace(p.Staff) == "":
		return Prompt{}, &InvalidError{Field: "staff", Reason: "empty"}
	}
	err := s.write(ctx, func(t *tx) error {
		notice, err := t.notice(p.Notice, p.Version)
		if errors.Is(err, ErrNotFound) {
			return &InvalidError{Field: "notice", Reason: reasonOf(p.Notice)}
		}
		if err != nil {
			return err
		}
		shop, err := t.shop()
		if err != nil {
			return err
		}
		if p.Place == "" {
			p.Place = shop.Name
		}
		p.Notice, p.Version, p.Opened = notice.ID, notice.Version, t.now
		_, err = t.exec(insertPrompt, p.Code, p.Notice, p.Version, p.Place, p.Staff, t.now.UnixMilli())
		return err
	})
	if err != nil {
		return Prompt{}, fmt.Errorf("put up the poster: %w", err)
	}
	return p, nil
}

// ClosePrompt takes a poster down: its code means nothing from now on.
// ErrNotFound where none with the code is up.
func (s *Store) ClosePrompt(ctx context.Context, code string) error {
	return s.write(ctx, func(t *tx) error {
		changed, err := t.exec(closePrompt, t.now.UnixMilli(), optout.Normal(code))
		if err == nil && changed == 0 {
			err = ErrNotFound
		}
		return err
	})
}

// Prompts lists the posters that are up.
func (s *Store) Prompts(ctx context.Context) ([]Prompt, error) {
	var list []Prompt
	err := s.each(ctx, listPrompts, nil, func(scan func(...any) error) error {
		var p Prompt
		var opened int64
		err := scan(&p.Code, &p.Notice, &p.Version, &p.Place, &p.Staff, &opened)
		p.Opened = moment(opened)
		list = append(list, p)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the posters: %w", err)
	}
	return list, nil
}

// Asked is a question put to one customer, open until she answers.
type Asked struct {
	Contact ContactID
	Notice  string // id of the wording shown; "" is the newest one in her language
	Version int    // 0 means the newest
	Staff   string
	Place   string
}

// RecordAsked notes that the question is open: the customer's own yes or join
// word within seven days is then an opt-in to the wording. Refuses with
// *InvalidError, *MoveError, ErrNotFound or ErrErased.
func (s *Store) RecordAsked(ctx context.Context, asked Asked) (LedgerEvent, error) {
	var made LedgerEvent
	err := s.write(ctx, func(t *tx) error {
		c, err := t.contact(asked.Contact)
		if err != nil {
			return err
		}
		if asked.Notice == "" {
			if asked.Notice, err = t.wording(c.Language); err != nil {
				return err
			}
		}
		notice, err := t.notice(asked.Notice, asked.Version)
		if errors.Is(err, ErrNotFound) {
			return &InvalidError{Field: "notice", Reason: reasonOf(asked.Notice)}
		}
		if err != nil {
			return err
		}
		if err := t.noteReask(asked.Contact, asked.Staff, time.Time{}); err != nil {
			return err
		}
		made, err = t.consent(LedgerEvent{
			Contact: asked.Contact, Type: string(EventAsked), Staff: asked.Staff, Place: asked.Place, Notice: notice,
		})
		return err
	})
	return made, err
}

// wording is the opt-in wording in a customer's language, else in the shop's.
func (t *tx) wording(language string) (string, error) {
	shop, err := t.shop()
	if err != nil {
		return "", err
	}
	short, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(language), "_", "-"), "-")
	var id string
	err = t.scan(noticeIn, []any{short, shop.Language}, &id)
	return id, ignoreNotFound(err)
}

// question is what a yes answers.
type question struct {
	at      time.Time
	notice  string
	version int
	staff   string
	place   string
}

func (t *tx) question(query string, args ...any) (question, bool, error) {
	var q question
	var at int64
	var language string
	err := t.scan(query, args, &at, &q.notice, &q.version, &q.staff, &q.place, &language)
	if errors.Is(err, ErrNotFound) {
		return question{}, false, nil
	}
	if err != nil {
		return question{}, false, fmt.Errorf("find what was asked: %w", err)
	}
	q.at = moment(at)
	if q.notice == "" { // asked by an older version, or copied
		q.notice, err = t.wording(language)
		q.version = 0
	}
	if q.staff == "" {
		q.staff = staffCustomer
	}
	return q, err == nil && q.notice != "", err
}

// poster finds the poster whose code is behind the join word.
func (t *tx) poster(h heard) (question, bool, error) {
	if h.meaning != optout.Join || h.rest == "" {
		return question{}, false, nil
	}
	return t.question(posterByCode, h.rest, h.at.Add(answerSlack).UnixMilli())
}

// asks finds the question that a join word or a yes answers: one that was put
// to her and is open, a poster, or, after a stop, what she had agreed to. A yes
// that answers nothing is none.
func (t *tx) asks(now position, h heard) (question, bool, error) {
	if q, found, err := t.poster(h); found || err != nil {
		return q, found, err
	}
	switch {
	case now.consent == ConsentAsked:
		q, found, err := t.question(lastAsked, now.id)
		since := h.at.Sub(q.at)
		return q, found && since >= -answerSlack && since <= answerWithin, err
	case now.consent == ConsentWithdrawn && h.meaning == optout.Join && h.rest == "":
		return t.question(lastYes, now.id)
	}
	return question{}, false, nil
}

// joined records the customer's own yes, where it answers a question.
func (t *tx) joined(now position, h heard) error {
	if now.consent == ConsentConfirmed {
		return nil
	}
	asked, found, err := t.asks(now, h)
	if err != nil || !found {
		return err
	}
	method := MethodInbound
	if h.meaning == optout.Join {
		method = MethodQRInbound
	}
	_, err = t.optIn(OptIn{
		Contact: now.id, Confirmed: true, Method: method, Notice: asked.notice, Version: asked.version,
		Staff: asked.staff, Place: asked.place, Evidence: h.wamid, At: h.at,
	})
	if unlawful(err) {
		return nil // older than her stop, or than her no
	}
	if err != nil {
		return err
	}
	return t.back(now, h)
}

// back settles what a join changes besides: after a stop the number has to be
// attested again, unless she wrote so herself since; the stop of a stranger is lifted.
func (t *tx) back(now position, h heard) error {
	if now.consent == ConsentWithdrawn {
		if err := t.unsave(now, "came back", h.wamid); err != nil {
			return err
		}
	}
	if now.suppressed {
		macs, err := t.macs(now.named)
		if err != nil {
			return err
		}
		for _, mac := range macs {
			if _, err := t.exec(insertStop, mac, h.at.UnixMilli(), "joined", t.file.digest(h.wamid)); err != nil {
				return fmt.Errorf("lift a stop: %w", err)
			}
		}
		if _, err := t.exec(liftStop, now.id); err != nil {
			return fmt.Errorf("lift a stop: %w", err)
		}
	}
	var wamid string
	var at int64
	err := t.scan(savedSince, []any{now.id, h.at.UnixMilli()}, &wamid, &at)
	if err != nil {
		return ignoreNotFound(err)
	}
	return t.selfWritten(now.id, wamid, moment(at))
}

// declined records a no to an open question. To anything else it is no more
// than an answer, but a no to a broadcast is for a person to judge.
func (t *tx) declined(now position, h heard) (string, error) {
	_, open, err := t.asks(now, heard{meaning: optout.No, at: h.at})
	switch {
	case err != nil:
		return "", err
	case open:
		_, err = t.consent(LedgerEvent{
			Contact: now.id, Type: string(EventRefused), Method: MethodInbound, Evidence: h.wamid, At: h.at,
		})
		return "", err
	}
	if !h.answers || !now.agreed() {
		return "", nil
	}
	return t.openReview(reviewEvent{contact: now.id, kind: ReviewRefusal, at: h.at, evidence: h.wamid})
}

// wroteSaved takes the customer's own word that the number is saved, after she
// joined and unless something newer is known.
func (t *tx) wroteSaved(now position, h heard) error {
	if !now.agreed() || now.consentAt.Sub(h.at) >= lateBy || now.savedAt.Sub(h.at) >= lateBy {
		return nil
	}
	return t.selfWritten(now.id, h.wamid, h.at)
}

func (t *tx) selfWritten(id ContactID, wamid string, at time.Time) error {
	_, err := t.savedNumber(SavedNumber{Contact: id, Grade: GradeSelfWritten, Evidence: wamid, At: at}, "")
	return err
}
