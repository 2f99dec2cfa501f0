package sandbox

import (
	"strings"
)

// hook is the body of a webhook, cloudapi 6.3.
type hook struct {
	Object string      `json:"object"`
	Entry  []hookEntry `json:"entry"`
}

type hookEntry struct {
	ID      string    `json:"id"`
	Time    int64     `json:"time,omitempty"`
	Changes []*change `json:"changes"`
}

type change struct {
	Field string `json:"field"`
	Value any    `json:"value"`
}

// talk is the value of the field messages.
type talk struct {
	Product  string         `json:"messaging_product"`
	Metadata metadata       `json:"metadata"`
	Contacts []contact      `json:"contacts,omitempty"`
	Messages []inbound      `json:"messages,omitempty"`
	Statuses []statusUpdate `json:"statuses,omitempty"`
}

type metadata struct {
	Display string `json:"display_phone_number"`
	ID      string `json:"phone_number_id"`
}

type contact struct {
	Profile *profile `json:"profile,omitempty"`
	WaID    string   `json:"wa_id,omitempty"`
	UserID  string   `json:"user_id,omitempty"`
}

type profile struct {
	Name string `json:"name"`
}

type statusUpdate struct {
	ID           string        `json:"id"`
	Status       string        `json:"status"`
	Timestamp    string        `json:"timestamp"`
	Recipient    string        `json:"recipient_id,omitempty"`
	UserID       string        `json:"recipient_user_id,omitempty"`
	CallbackData string        `json:"biz_opaque_callback_data,omitempty"`
	Pricing      *pricing      `json:"pricing,omitempty"`
	Errors       []statusError `json:"errors,omitempty"`
}

type pricing struct {
	Billable bool   `json:"billable"`
	Model    string `json:"pricing_model"`
	Type     string `json:"type"`
	Category string `json:"category"`
}

type statusError struct {
	Code    int       `json:"code"`
	Title   string    `json:"title"`
	Message string    `json:"message"`
	Data    errorData `json:"error_data"`
	Link    string    `json:"href"`
}

const errorLink = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"

// envelope gathers a batch: statuses that follow each other share one change.
func (s *Server) envelope(batch []*update) hook {
	s.mu.Lock()
	entry := hookEntry{ID: s.account}
	s.mu.Unlock()
	var open *talk
	var number string
	for _, u := range batch {
		if u.change != nil {
			entry.Changes = append(entry.Changes, u.change)
			entry.Time = u.at.Unix()
			open = nil
			continue
		}
		if open == nil || number != u.rec.number {
			number = u.rec.number
			open = s.talk(number)
			entry.Changes = append(entry.Changes, &change{"messages", open})
		}
		open.Statuses = append(open.Statuses, u.render())
		if u.status != "failed" {
			open.Contacts = append(open.Contacts, contact{WaID: u.rec.WaID, UserID: u.rec.scopedID()})
		}
	}
	return hook{"whatsapp_business_account", []hookEntry{entry}}
}

func (s *Server) talk(number string) *talk {
	return &talk{Product: "whatsapp", Metadata: metadata{plainNumber(s.opt.DisplayNumber), number}}
}

func (r *record) scopedID() string {
	if r.UserID != "" {
		return r.UserID
	}
	return scopedIDOf(r.WaID)
}

func (u *update) render() statusUpdate {
	out := statusUpdate{
		ID: u.rec.Wamid, Status: u.status, Timestamp: unixText(u.at.Unix()),
		Recipient: u.rec.WaID, CallbackData: u.rec.CallbackData,
	}
	switch u.status {
	case "failed":
		// A message sent to a number says nothing more about who it was for.
		out.UserID = u.rec.UserID
		m := meaningOf(u.code)
		out.Errors = []statusError{{u.code, m.title, m.title, errorData{Details: m.title}, errorLink}}
	case "sent", "delivered":
		out.UserID = u.rec.scopedID()
		out.Pricing = u.rec.pricing()
	default:
		out.UserID = u.rec.scopedID()
	}
	return out
}

func (r *record) pricing() *pricing {
	category := strings.ToLower(or(r.Category, "service"))
	if r.marketing {
		category = "marketing_lite"
	}
	return &pricing{Billable: true, Model: "PMP", Type: "regular", Category: category}
}
