package handout

import (
	"pregon/store"
	"pregon/ui/contract"
	"pregon/ui/say"
)

// Proof is the proof of one person for programs: the record as ISO/IEC TS 27560 has it, and beside it what the standard
// has no place for.
type Proof struct {
	Contact    contract.Contact `json:"contact"`
	Record     Record           `json:"record"`
	Events     []contract.Event `json:"events"`
	Broadcasts []Sent           `json:"broadcasts"`
	Ledger     Ledger           `json:"ledger"`
	At         string           `json:"at"`
}

// Sent is one broadcast to the person.
type Sent struct {
	Name      string              `json:"name"`
	State     store.DeliveryState `json:"state"`
	Wamid     string              `json:"wamid"`
	At        string              `json:"attempted_at"`
	Delivered string              `json:"delivered_at"`
	Read      string              `json:"read_at"`
}

// Ledger is the end of the chain when the proof was read.
type Ledger struct {
	Events int64  `json:"events"`
	Head   string `json:"head"`
	Whole  bool   `json:"whole"` // of this person's events; consent verify checks all
}

// NewProof is what Sheet says, for programs. The sentences in it are in p's language.
func NewProof(proof store.Proof, p *say.Printer) Proof {
	made := Proof{
		Contact: contract.ContactOf(proof.Contact), Record: NewRecord(proof, p), At: contract.Stamp(proof.At),
		Events: []contract.Event{}, Broadcasts: []Sent{}, Ledger: Ledger{proof.Total, proof.Head, proof.Whole},
	}
	for _, e := range proof.Events {
		made.Events = append(made.Events, contract.EventOf(e))
	}
	for _, d := range proof.Deliveries {
		made.Broadcasts = append(made.Broadcasts, Sent{
			d.Name, d.State, d.Wamid, contract.Stamp(d.AttemptedAt), contract.Stamp(d.DeliveredAt), contract.Stamp(d.ReadAt),
		})
	}
	return made
}
