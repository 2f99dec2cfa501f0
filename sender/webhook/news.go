package webhook

import (
	"encoding/json"
	"strings"

	"pregon/store"
)

// What is told of templates, the number and the account.
type (
	templateNews struct {
		Event    loose `json:"event"`
		Name     loose `json:"message_template_name"`
		Language loose `json:"message_template_language"`
		Reason   loose `json:"reason"`
		Other    struct {
			Title loose `json:"title"`
		} `json:"other_info"`
		Rejection struct {
			Reason loose `json:"reason"`
		} `json:"rejection_info"`
		Quality  loose `json:"new_quality_score"`
		Previous loose `json:"previous_category"`
		Category loose `json:"new_category"`
		Correct  loose `json:"correct_category"`
	}
	accountNews struct {
		Display  loose `json:"display_phone_number"`
		Event    loose `json:"event"`
		Decision loose `json:"decision"`
		Alert    loose `json:"alert_type"`
		Quality  loose `json:"quality_rating"`
		Limit    loose `json:"max_daily_conversations_per_business"`
		OldLimit loose `json:"current_limit"`
		Ban      struct {
			State loose `json:"waba_ban_state"`
		} `json:"ban_info"`
		Restrictions []json.RawMessage `json:"restriction_info"`
		Violation    struct {
			Type loose `json:"violation_type"`
		} `json:"violation_info"`
		Name        loose `json:"requested_verified_name"`
		Rejection   loose `json:"rejection_reason"`
		Description loose `json:"alert_description"`
	}
	restriction struct {
		Type       loose `json:"restriction_type"`
		Expiration loose `json:"expiration"`
	}
)

// template reads a change of one template. A category that is only announced
// (correct_category) is no change yet; of new words only the next synchronisation tells all.
func (r *reader) template(field string, raw json.RawMessage) {
	var t templateNews
	if !decode(raw, &t) {
		return
	}
	news := store.TemplateNews{
		Name: t.Name.cut(maxID), Language: t.Language.cut(maxID), At: r.at,
		Reason: or(t.Reason.told(), t.Other.Title.told(), t.Rejection.Reason.told()),
	}
	switch field {
	case "message_template_status_update":
		news.Status = t.Event.code()
	case "message_template_quality_update":
		news.Quality = t.Quality.code()
	case "template_category_update":
		if t.Correct == "" && t.Previous != "" {
			news.Category = t.Category.code()
		}
	case "message_template_components_update":
		news.Reworded = true
	}
	if news.Name == "" || news.Language == "" || news.Status+news.Quality+news.Category == "" && !news.Reworded {
		r.unread(field, raw)
		return
	}
	r.feed.Templates = append(r.feed.Templates, news)
}

// highThroughput is messages a second after Meta's automatic upgrade (throughput
// page of the Cloud API, 2026).
const highThroughput = 1000

// account reads news of the number or its account.
func (r *reader) account(field string, raw json.RawMessage) {
	var a accountNews
	if !decode(raw, &a) || r.anotherNumber(a.Display) {
		return
	}
	news := store.AccountNews{
		Kind: field, Event: or(a.Event.code(), a.Decision.code(), a.Alert.code()), Quality: a.Quality.code(),
		MessagingLimit: or(a.Limit.code(), a.OldLimit.code()), BanState: a.Ban.State.code(), VerifiedName: a.Name.cut(maxID),
		Detail: or(a.Violation.Type.told(), a.Description.told(), a.Rejection.told()), At: r.at,
	}
	switch news.Event {
	case "THROUGHPUT_UPGRADE":
		news.Throughput = highThroughput
	case "FLAGGED":
		news.Quality = or(news.Quality, "RED") // the older word for it
	}
	for _, one := range each[restriction](a.Restrictions) {
		news.Restrictions = append(news.Restrictions, store.Restriction{Type: one.Type.code(), Until: one.Expiration.moment()})
	}
	if news.Event == "" && news.MessagingLimit == "" {
		r.unread(field, raw)
		return
	}
	r.feed.Account = append(r.feed.Account, news)
}

// anotherNumber reports whether a displayed number is another one of the same
// account. It may be formatted, and written by an older plan of its country, so
// that only the end counts.
func (r *reader) anotherNumber(display loose) bool {
	const end = 7
	theirs, ours := display.digits(), loose(r.shop.Number).digits()
	if len(theirs) < end || len(ours) < end {
		return false
	}
	return !strings.HasSuffix(theirs, ours[len(ours)-end:])
}
