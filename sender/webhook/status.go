package webhook

import (
	"encoding/json"

	"pregon/store"
)

type (
	status struct {
		ID            loose             `json:"id"`
		Status        string            `json:"status"`
		Timestamp     loose             `json:"timestamp"`
		PublicID      loose             `json:"biz_opaque_callback_data"`
		RecipientID   loose             `json:"recipient_id"`
		RecipientType string            `json:"recipient_type"`
		UserID        loose             `json:"recipient_user_id"`
		Errors        []json.RawMessage `json:"errors"`
	}
	failure struct {
		Code loose `json:"code"`
	}
)

// states are those that say something of a delivery; deleted and warning do not.
func stateOf(name string) store.DeliveryState {
	switch name {
	case "sent":
		return store.DeliverySent
	case "delivered":
		return store.DeliveryDelivered
	case "read", "played":
		return store.DeliveryRead
	case "failed":
		return store.DeliveryFailed
	}
	return ""
}

// status turns a status into the store's. One that names no message is no use.
func (r *reader) status(s status) {
	state := stateOf(s.Status)
	if state == "" || s.ID == "" || len(s.ID) > maxID || len(s.PublicID) > maxID {
		return
	}
	read := store.Status{Wamid: string(s.ID), PublicID: string(s.PublicID), State: state, At: s.Timestamp.moment()}
	if s.RecipientType != "group" {
		read.Phone, read.UserID = s.RecipientID.phone(), s.UserID.userID()
	}
	if state == store.DeliveryFailed {
		for _, f := range each[failure](s.Errors) {
			if read.Code = int(f.Code.number()); read.Code != 0 {
				break
			}
		}
	}
	r.feed.Statuses = append(r.feed.Statuses, read)
}
