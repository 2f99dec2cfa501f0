package consent_test

import (
	"testing"

	"pregon/store"
)

func TestRequirement23TheCounterWarnsOfTurkeysRegisterAndWantsASignedCard(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.customer("+90 500 123 45 67", "Ayla")
	c.See("national register (İYS)", "Card no.")
	c.Press("y")
	c.See("A spoken yes is not enough in Turkey")
	c.nobody()
	c.Press("tab", "enter", "enter")
	c.Type("77")
	c.Press("esc", "y")
	p := c.person("+905001234567")
	if p.Standing.Consent != store.ConsentGiven {
		t.Fatalf("with the card: %+v", p.Standing)
	}
	history, err := c.shop.History(t.Context(), p.ID)
	if err != nil || history[len(history)-1].Method != store.MethodPaper || history[len(history)-1].Evidence != "77" {
		t.Errorf("history = %+v, %v", history, err)
	}
}
