package table_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"pregon/ui/widget/table"
)

func TestAWholeSourceIsReadAtEachQuestion(t *testing.T) {
	t.Parallel()
	words := []string{"bread", "cake", "roll"}
	source := table.Whole[int, string]{
		Read: func(context.Context) ([]string, error) { return slices.Clone(words), nil },
		Key:  func(word string) int { return len(word) * int(word[0]) },
	}
	keys, err := source.Keys(t.Context())
	if err != nil || keys.Len() != 3 {
		t.Fatalf("Keys = %v, %v", keys, err)
	}
	words = words[1:]
	rows, err := source.Rows(t.Context(), []int{keys.At(2), keys.At(0)})
	if err != nil || !slices.Equal(rows, []string{"roll"}) {
		t.Errorf("Rows = %v, %v: the one that is gone is left out", rows, err)
	}
}

func TestAWholeSourceFailsAsItsReadingDoes(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	source := table.Whole[int, string]{Read: func(context.Context) ([]string, error) { return nil, broken }, Key: func(string) int { return 0 }}
	if _, err := source.Keys(t.Context()); !errors.Is(err, broken) {
		t.Errorf("Keys: %v", err)
	}
	if _, err := source.Rows(t.Context(), []int{1}); !errors.Is(err, broken) {
		t.Errorf("Rows: %v", err)
	}
}
