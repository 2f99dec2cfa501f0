package sandbox

import (
	"slices"
	"strings"
)

// entity is one line of health_status.
type entity struct {
	Type   string        `json:"entity_type"`
	ID     string        `json:"id"`
	Can    string        `json:"can_send_message"`
	Errors []healthError `json:"errors,omitempty"`
}

type healthError struct {
	Code        int    `json:"error_code"`
	Description string `json:"error_description"`
	Solution    string `json:"possible_solution"`
}

func numberHealth(a Account) string {
	if a.Status == "CONNECTED" {
		return "AVAILABLE"
	}
	return "BLOCKED"
}

// health is the worst of its entities.
func (s *Server) health(a Account, more ...entity) any {
	s.mu.Lock()
	account := entity{"WABA", s.account, "AVAILABLE", nil}
	s.mu.Unlock()
	business := entity{"BUSINESS", "400000000000051", "AVAILABLE", nil}
	if a.Unpaid {
		account.Can = "BLOCKED"
		account.Errors = []healthError{{141006, "Payment problem", "Add a payment method to the account"}}
	}
	if a.Unverified {
		business.Can = "LIMITED"
		business.Errors = []healthError{{141010, "Business not verified", "Verify the business"}}
	}
	entities := append(slices.Clone(more), account, business, entity{"APP", "700000000000001", "AVAILABLE", nil})
	worst := "AVAILABLE"
	for _, e := range entities {
		if e.Can == "BLOCKED" || (e.Can == "LIMITED" && worst == "AVAILABLE") {
			worst = e.Can
		}
	}
	return struct {
		Can      string   `json:"can_send_message"`
		Entities []entity `json:"entities"`
	}{worst, entities}
}

// blocked refuses sends from a number that is not connected.
func (a Account) blocked() *failure {
	switch strings.ToUpper(a.Status) {
	case "", "CONNECTED", "FLAGGED", "RATE_LIMITED", "PENDING":
		return nil
	case "DISCONNECTED", "UNVERIFIED", "MIGRATED", "DELETED":
		return refuse(133010, "The phone number is not registered on Cloud API")
	default:
		return refuse(131031, "The account is locked or restricted")
	}
}
