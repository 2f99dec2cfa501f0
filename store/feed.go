package store

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"pregon/store/phone"
)

// Feed is what the platform told, in any order and any number of times. Every
// text in it is from outside.
//
// A person is named by Phone, by UserID or by both; which of them is there
// depends on the person, not on the kind of news (cloudapi: business-scoped
// ids). A zero At means that the platform left the moment out.
type Feed struct {
	Statuses    []Status
	Inbound     []Inbound
	Preferences []Preference
	Templates   []TemplateNews
	Account     []AccountNews
	Identities  []Identity
	Unread      []Unread
	// FromFile says that this was read from saved bodies: it counts for the
	// people in it, but not as a feed that lives.
	FromFile bool
}

// Inbound is one message from a person to the shop (field messages, messages[]).
type Inbound struct {
	Wamid string     `json:"wamid"` // messages[].id; without one the message is not taken
	Phone phone.E164 `json:"phone"` // messages[].from with a plus, "" if not told
	// UserID is messages[].from_user_id, or contacts[].user_id of the one
	// whose wa_id is from; "" if not told.
	UserID string    `json:"user_id"`
	Name   string    `json:"name"` // contacts[].profile.name
	At     time.Time `json:"at"`   // messages[].timestamp
	// Kind is messages[].type as it is: text, button, interactive, audio,
	// sticker, image, reaction, …
	Kind string `json:"kind"`
	// Text is what the person wrote or tapped: text.body, button.text, the
	// title of interactive.button_reply or list_reply, a caption, a reaction's emoji.
	Text string `json:"text"`
	// Payload is what the tapped button carries: button.payload, or the id of
	// the interactive reply.
	Payload string `json:"payload"`
	// ContextWamid is context.id, the message of ours that is answered.
	ContextWamid string `json:"context_wamid"`
}

// Values of Preference.Value.
const (
	PreferenceStop   = "stop"
	PreferenceResume = "resume"
)

// Preference is the platform's own switch for a business's offers (field
// user_preferences, user_preferences[] with category marketing_messages).
// Other values than stop and resume belong into Unread.
type Preference struct {
	Phone    phone.E164 `json:"phone"`    // wa_id with a plus, "" if not told
	UserID   string     `json:"user_id"`  // "" if not told
	Value    string     `json:"value"`    // PreferenceStop or PreferenceResume
	At       time.Time  `json:"at"`       // timestamp; the newest counts, whenever it comes
	Evidence string     `json:"evidence"` // detail
}

// TemplateNews is a change of one template (fields
// message_template_status_update, message_template_quality_update and
// template_category_update). What a field does not tell stays "".
type TemplateNews struct {
	Name     string `json:"name"`
	Language string `json:"language"` // es_MX and es-MX are the same
	// Status is event: APPROVED, REJECTED, PAUSED, DISABLED, FLAGGED, REINSTATED, …
	Status string `json:"status"`
	// Category is new_category of a change that is done (the one with
	// previous_category). An announced one (correct_category) is no change yet.
	Category string `json:"category"`
	Quality  string `json:"quality"` // new_quality_score: GREEN, YELLOW, RED, UNKNOWN
	Reason   string `json:"reason"`  // reason, or the title of other_info
	// Reworded: it says something else now; the next synchronisation tells what.
	Reworded bool      `json:"reworded,omitempty"`
	At       time.Time `json:"at"` // entry[].time
}

// AccountNews is news of the number or the account that owns it.
type AccountNews struct {
	// Kind is the webhook's field: phone_number_quality_update,
	// business_capability_update, account_update, account_review_update,
	// phone_number_name_update, account_alerts.
	Kind string `json:"kind"`
	// Event is event, or decision, or alert_type.
	Event string `json:"event"`
	// Quality of the number, where told: GREEN, YELLOW, RED.
	Quality string `json:"quality"`
	// MessagingLimit is max_daily_conversations_per_business (or the older
	// current_limit) as it is: TIER_2K, 2000, -1, TIER_UNLIMITED; "" if not told.
	MessagingLimit string `json:"messaging_limit"`
	// Throughput is messages a second, 0 if not told.
	Throughput int `json:"throughput"`
	// BanState is ban_info.waba_ban_state: DISABLE, REINSTATE, SCHEDULE_FOR_DISABLE.
	BanState string `json:"ban_state"`
	// Restrictions are restriction_info[].
	Restrictions []Restriction `json:"restrictions"`
	VerifiedName string        `json:"verified_name"` // requested_verified_name
	Detail       string        `json:"detail"`        // violation_type, alert_description, rejection_reason
	At           time.Time     `json:"at"`            // entry[].time
}

// Restriction is something an account may not do for a time.
type Restriction struct {
	Type  string    `json:"type"`  // RESTRICTED_BIZ_INITIATED_MESSAGING, …
	Until time.Time `json:"until"` // expiration; zero when not told
}

// Identity says that a person's number or business-scoped id is another one
// now (messages[] of type system with user_changed_number or
// user_changed_user_id; field user_id_update), or that two belong together.
type Identity struct {
	Phone     phone.E164 `json:"phone"` // as it is now, "" if not told
	UserID    string     `json:"user_id"`
	OldPhone  phone.E164 `json:"old_phone"` // as it was, "" if not told
	OldUserID string     `json:"old_user_id"`
	At        time.Time  `json:"at"`
	Evidence  string     `json:"evidence"` // wamid of the system message, "" if none
}

// Unread is what was told and is not understood, kept as it came for whoever
// has to find out later. Only so much of it is kept.
type Unread struct {
	Key     string `json:"key"`     // the same for the same news, so that it is kept once
	Type    string `json:"type"`    // the webhook's field, or messages.TYPE
	Payload string `json:"payload"` // raw JSON
}

const keepEvent = `INSERT INTO events (key, type, wamid, occurred_at, received_at, payload) VALUES (?, ?, ?, ?, ?, ?)
	ON CONFLICT DO NOTHING`

// RecordFeed takes what the platform told, all of it in one durable
// transaction, in any order and any number of times. It notes that the feed
// was heard, also when it is empty. What names nobody, or cannot be applied,
// is kept and does not keep the rest from being taken: an error means that
// nothing was taken and the same feed has to come again.
func (s *Store) RecordFeed(ctx context.Context, feed Feed) error {
	err := s.write(ctx, func(t *tx) error { return t.feed(feed) })
	if err != nil {
		return fmt.Errorf("record the feed: %w", err)
	}
	return nil
}

// FeedHeard notes that the feed lives.
func (s *Store) FeedHeard(ctx context.Context) error { return s.RecordFeed(ctx, Feed{}) }

// maxUnread is how much of what is not understood is kept: so many, and so many
// bytes of each.
const (
	maxUnread        = 1000
	maxUnreadPayload = 64 << 10
)

const pruneUnread = `DELETE FROM events WHERE type = 'unread' AND id <= (
	SELECT id FROM events WHERE type = 'unread' ORDER BY id DESC LIMIT 1 OFFSET ?)`

// feed takes identities first, so that the rest finds its people, and messages
// in the order in which they were written.
func (t *tx) feed(feed Feed) error {
	for _, i := range feed.Identities {
		if err := t.whole("identity", i, func() error { return t.identity(i) }); err != nil {
			return err
		}
	}
	if err := t.statuses(feed.Statuses); err != nil {
		return err
	}
	written := slices.SortedStableFunc(slices.Values(feed.Inbound), func(a, b Inbound) int { return a.At.Compare(b.At) })
	for _, m := range written {
		if err := t.whole("inbound", m, func() error { return t.inbound(m) }); err != nil {
			return err
		}
	}
	for _, p := range feed.Preferences {
		if err := t.whole("preference", p, func() error { return t.preference(p) }); err != nil {
			return err
		}
	}
	if err := t.news(feed); err != nil || feed.FromFile {
		return err
	}
	_, err := t.exec(updateFeed, t.now.UnixMilli())
	return err
}

// news takes what is about no person.
func (t *tx) news(feed Feed) error {
	for _, n := range feed.Templates {
		if err := t.whole("template", n, func() error { return t.templateNews(n) }); err != nil {
			return err
		}
	}
	for _, n := range feed.Account {
		if err := t.whole("account", n, func() error { return t.accountNews(n) }); err != nil {
			return err
		}
	}
	for _, u := range feed.Unread {
		u.Payload = shorten(u.Payload, maxUnreadPayload)
		if err := t.keepFact("unread", u.Key, time.Time{}, u); err != nil {
			return err
		}
	}
	if len(feed.Unread) == 0 {
		return nil
	}
	_, err := t.exec(pruneUnread, maxUnread)
	return err
}

// whole takes one fact wholly or not at all. One that is refused for what it
// says is kept as it came and does not keep the others from being taken.
func (t *tx) whole(kind string, fact any, take func() error) error {
	if _, err := t.exec("SAVEPOINT fact"); err != nil {
		return err
	}
	refused := take()
	if refused != nil && !unlawful(refused) {
		return fmt.Errorf("take %s: %w", kind, refused)
	}
	if refused != nil {
		if _, err := t.exec("ROLLBACK TO fact"); err != nil {
			return err
		}
	}
	if _, err := t.exec("RELEASE fact"); err != nil || refused == nil {
		return err
	}
	return t.keepFact("refused."+kind, "", time.Time{}, fact)
}

// keepFact keeps one fact as it came, under its key; without a key its own
// words are it.
func (t *tx) keepFact(kind, key string, at time.Time, fact any) error {
	payload, err := json.Marshal(fact)
	if err != nil {
		return fmt.Errorf("encode a fact: %w", err)
	}
	if key == "" {
		key = t.file.digest(string(payload))
	}
	_, err = t.exec(keepEvent, kind+":"+shorten(key, maxFactKey), kind, "", millis(at), t.now.UnixMilli(), string(payload))
	return err
}

// maxFactKey is longer than any id of the platform.
const maxFactKey = 512

// once reports whether something is told for the first time. Only a digest of
// its words is kept, so that nobody can be read out of it.
func (t *tx) once(kind, words string, at time.Time) (bool, error) {
	changed, err := t.exec(keepEvent, kind+":"+t.file.digest(words), kind, "", millis(at), t.now.UnixMilli(), "{}")
	if err != nil {
		return false, fmt.Errorf("note what was told: %w", err)
	}
	return changed > 0, nil
}

// digest tells words apart without showing them.
func (f *file) digest(words string) string { return hex.EncodeToString(mac(f.key, "fact:"+words)) }
