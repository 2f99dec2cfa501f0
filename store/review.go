package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pregon/store/phone"
)

// ReviewKind is why a person has to look.
type ReviewKind string

// The kinds. The first two hold the contact until somebody decided; the others
// are withdrawals, which hold anyway, and may be taken back.
const (
	ReviewRefusal  ReviewKind = "refusal"   // sounds like a refusal
	ReviewVoice    ReviewKind = "voice"     // a voice note or sticker, which nobody read
	ReviewStopWord ReviewKind = "stop_word" // a stop word that is also used otherwise
	ReviewLateStop ReviewKind = "late_stop" // a stop from before the newest yes, told late
)

// ReviewKinds lists every ReviewKind.
func ReviewKinds() []ReviewKind {
	return []ReviewKind{ReviewRefusal, ReviewVoice, ReviewStopWord, ReviewLateStop}
}

func (k ReviewKind) holds() bool { return k == ReviewRefusal || k == ReviewVoice }

// ReviewDecision is what a person made of it.
type ReviewDecision string

// The decisions.
const (
	ReviewWithdraw     ReviewDecision = "withdraw"      // she wants no more
	ReviewNotARefusal  ReviewDecision = "not_a_refusal" // she meant something else
	reasonNotARefusal                 = "not a refusal"
	maxReviewMessages                 = 20
	heldReviewKindsSQL                = `kind IN ('refusal', 'voice')`
)

// ReviewCase is a contact whose words a person has to judge.
type ReviewCase struct {
	ID      string // of the ledger's event
	Contact ContactID
	Phone   phone.E164
	UserID  string
	Name    string // from outside
	Kind    ReviewKind
	// Messages are what she wrote since, the oldest first, at most 20; "" is one
	// without words. From outside.
	Messages []string
	Wamid    string // of the first
	At       time.Time
	// Withdrawn says that the words were taken for a withdrawal already:
	// ReviewNotARefusal takes it back.
	Withdrawn bool
}

const (
	selectReviews = `SELECT o.event_id, o.contact_id, coalesce(c.phone, ''), coalesce(c.user_id, ''), c.name, o.kind,
		o.evidence, o.occurred_at, o.withdrawal <> '' FROM open_reviews o JOIN contacts c ON c.id = o.contact_id`
	allReviews     = selectReviews + ` JOIN standings s ON s.contact_id = o.contact_id WHERE s.erased = 0 ORDER BY o.seq`
	contactReviews = selectReviews + ` WHERE o.contact_id = ? ORDER BY o.seq`
	oneReview      = selectReviews + ` WHERE o.event_id = ?`
	reviewWords    = `SELECT i.review, i.text FROM inbound i JOIN open_reviews o ON o.event_id = i.review
		WHERE i.review <> '' ORDER BY i.at`
	heldReview  = `SELECT event_id FROM open_reviews WHERE contact_id = ? AND ` + heldReviewKindsSQL + ` LIMIT 1`
	withdrawnBy = `SELECT withdrawal FROM review_events WHERE event_id = ?`
	moveReview  = `UPDATE inbound SET review = ?2 WHERE review = ?1 AND review <> ''`
)

// Reviews lists what a person has to judge, the oldest first.
func (s *Store) Reviews(ctx context.Context) ([]ReviewCase, error) {
	var list []ReviewCase
	at := map[string]int{}
	err := s.each(ctx, allReviews, nil, func(scan func(...any) error) error {
		r, err := scanReview(scan)
		at[r.ID] = len(list)
		list = append(list, r)
		return err
	})
	if err == nil {
		err = s.each(ctx, reviewWords, nil, func(scan func(...any) error) error {
			var id, text string
			if err := scan(&id, &text); err != nil {
				return err
			}
			if i, known := at[id]; known && len(list[i].Messages) < maxReviewMessages {
				list[i].Messages = append(list[i].Messages, text)
			}
			return nil
		})
	}
	if err != nil {
		return nil, fmt.Errorf("read the reviews: %w", err)
	}
	return list, nil
}

func scanReview(scan func(...any) error) (ReviewCase, error) {
	var r ReviewCase
	var at int64
	err := scan(&r.ID, &r.Contact, &r.Phone, &r.UserID, &r.Name, &r.Kind, &r.Wamid, &at, &r.Withdrawn)
	r.At = moment(at)
	return r, err
}

// ResolveReview writes down what a person made of it: a withdrawal, or none,
// and then the contact is as free as before. What was taken for a withdrawal is
// taken back where nothing came after it. Refuses with *InvalidError, with
// ErrNotFound where it is not open (any more), or with ErrErased.
func (s *Store) ResolveReview(ctx context.Context, id string, decision ReviewDecision, staff string) error {
	switch {
	case strings.TrimSpace(staff) == "":
		return &InvalidError{Field: "staff", Reason: "empty"}
	case decision != ReviewWithdraw && decision != ReviewNotARefusal:
		return &InvalidError{Field: "decision", Reason: reasonOf(string(decision))}
	}
	err := s.write(ctx, func(t *tx) error {
		r, err := scanReview(func(into ...any) error { return t.scan(oneReview, []any{id}, into...) })
		if err != nil {
			return err
		}
		switch {
		case decision == ReviewWithdraw && !r.Withdrawn:
			_, err = t.consent(LedgerEvent{
				Contact: r.Contact, Type: string(EventWithdrawn), Method: MethodInbound, Staff: staff, At: r.At,
				Evidence: r.Wamid, Reason: "refusal",
			})
		case decision == ReviewNotARefusal && r.Withdrawn:
			err = t.takeBack(r, staff)
		}
		if err != nil {
			return err
		}
		if decision == ReviewWithdraw && !r.Withdrawn {
			return nil // the withdrawal settled it
		}
		decided := reviewEvent{contact: r.Contact, kind: r.Kind, act: string(decision), staff: staff, opened: r.ID}
		_, err = t.reviewEvent(decided)
		return err
	})
	if err != nil {
		return fmt.Errorf("resolve the review: %w", err)
	}
	return nil
}

// settled ends what is still to be judged of somebody who withdrew since.
func (t *tx) settled(id ContactID, staff string) error {
	open, err := t.openReviews(id)
	if err != nil {
		return err
	}
	for _, r := range open {
		if !r.Kind.holds() {
			continue
		}
		decided := reviewEvent{
			contact: id, kind: r.Kind, act: string(ReviewWithdraw), staff: cmp.Or(staff, staffCustomer), opened: r.ID,
		}
		if _, err := t.reviewEvent(decided); err != nil {
			return err
		}
	}
	return nil
}

// takeBack voids the withdrawal, unless a later word of hers stands.
func (t *tx) takeBack(r ReviewCase, staff string) error {
	var withdrawal string
	if err := t.scan(withdrawnBy, []any{r.ID}, &withdrawal); err != nil {
		return err
	}
	_, err := t.consent(LedgerEvent{
		Contact: r.Contact, Type: string(EventVoided), Staff: staff, Reason: reasonNotARefusal, Supersedes: withdrawal,
	})
	if _, moved := errors.AsType[*MoveError](err); moved {
		return nil
	}
	return err
}

// reviewEvent is one line of the ledger of reviews.
type reviewEvent struct {
	contact    ContactID
	kind       ReviewKind
	act        string // "" opens one; withdraw, not_a_refusal, moved
	at         time.Time
	staff      string
	evidence   string
	opened     string // what is decided
	withdrawal string // the consent event that it is about
}

// openReview asks for a person. A contact that is held already is held once:
// the message joins the open review. It returns the review's id.
func (t *tx) openReview(e reviewEvent) (string, error) {
	if e.kind.holds() {
		var open string
		err := t.scan(heldReview, []any{e.contact}, &open)
		if err == nil || !errors.Is(err, ErrNotFound) {
			return open, err
		}
	}
	return t.reviewEvent(e)
}

func (t *tx) reviewEvent(e reviewEvent) (string, error) {
	if e.act == "" {
		e.act = "opened"
	}
	id, at, offset, recorded, err := eventHead(t, e.at)
	if err != nil {
		return "", err
	}
	_, _, err = reviewLedger.append(t, id, int64(e.contact), e.act, at, offset, recorded, string(e.kind), e.staff,
		e.evidence, e.opened, e.withdrawal)
	if err != nil {
		return "", fmt.Errorf("record a review: %w", err)
	}
	return id, nil
}

// openReviews are those of one contact.
func (t *tx) openReviews(id ContactID) ([]ReviewCase, error) {
	var list []ReviewCase
	err := t.each(contactReviews, []any{id}, func(scan func(...any) error) error {
		r, err := scanReview(scan)
		list = append(list, r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the contact's reviews: %w", err)
	}
	return slices.Clip(list), nil
}
