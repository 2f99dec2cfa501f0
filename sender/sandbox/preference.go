package sandbox

import (
	"fmt"
	"strconv"
)

// preferences is the value of the field user_preferences; its timestamp is a number.
type preferences struct {
	Product  string       `json:"messaging_product"`
	Metadata metadata     `json:"metadata"`
	Contacts []contact    `json:"contacts"`
	List     []preference `json:"user_preferences"`
}

type preference struct {
	WaID      string `json:"wa_id,omitempty"`
	UserID    string `json:"user_id,omitempty"`
	Detail    string `json:"detail"`
	Category  string `json:"category"`
	Value     string `json:"value"`
	Timestamp int64  `json:"timestamp"`
}

// PreferenceError refuses a value other than stop and resume.
type PreferenceError struct{ Value string }

func (e *PreferenceError) Error() string {
	return fmt.Sprintf("preference %s is neither stop nor resume", strconv.Quote(e.Value))
}

// Prefer lets a person use WhatsApp's own switch: after "stop" marketing
// templates are refused with 131050, until "resume". Errors are *AddressError
// and *PreferenceError.
func (s *Server) Prefer(from, value string) error {
	who, err := readAddress(from)
	if err != nil {
		return err
	}
	if value != "stop" && value != "resume" {
		return &PreferenceError{value}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.person(who.key()).stopped = value == "stop"
	s.tell(&change{"user_preferences", preferences{
		Product: "whatsapp", Metadata: s.talk(s.number).Metadata, Contacts: []contact{s.contact(who, "")},
		List: []preference{{
			WaID: who.waID, UserID: s.scoped(who), Detail: "User requested to " + value + " marketing messages",
			Category: "marketing_messages", Value: value, Timestamp: s.opt.Now().Unix(),
		}},
	}})
	return nil
}

// templateChange is the webhook of a template's new status.
func templateChange(tpl Template) *change {
	value := templateNamed(tpl)
	value["event"], value["reason"], value["message_template_category"] = tpl.Status, "NONE", tpl.Category
	return &change{"message_template_status_update", value}
}

// wordsChange is the webhook of a template's new words.
func wordsChange(tpl Template) *change {
	value := templateNamed(tpl)
	for _, part := range tpl.Components {
		if part.Type == "BODY" {
			value["message_template_element"] = part.Text
		}
	}
	return &change{"message_template_components_update", value}
}

func templateNamed(tpl Template) map[string]any {
	id, err := strconv.ParseInt(tpl.ID, 10, 64)
	if err != nil {
		id = 0 // the id came from the options and need not be a number
	}
	return map[string]any{
		"message_template_id": id, "message_template_name": tpl.Name, "message_template_language": tpl.Language,
	}
}
