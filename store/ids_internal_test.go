package store

import (
	"math"
	"slices"
	"testing"
)

func TestALongListKeepsItsOrderOverItsParts(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, idsPart - 1, idsPart, idsPart + 1, 3*idsPart + 7} {
		var list IDs[ContactID]
		want := make([]ContactID, size)
		for i := range want {
			want[i] = ContactID((i * 7919) % math.MaxUint32)
			if err := list.add(want[i]); err != nil {
				t.Fatal(err)
			}
		}
		if list.Len() != size || !slices.Equal(list.All(), want) {
			t.Errorf("a list of %d came back as %d", size, list.Len())
		}
	}
}

func TestAListRefusesAnIDItCannotKeepWhole(t *testing.T) {
	t.Parallel()
	var list IDs[DeliveryID]
	for _, id := range []DeliveryID{-1, math.MaxUint32 + 1} {
		if err := list.add(id); err == nil || list.Len() != 0 {
			t.Errorf("id %d was taken in, as one of %d", id, list.Len())
		}
	}
	if err := list.add(math.MaxUint32); err != nil || list.At(0) != math.MaxUint32 {
		t.Errorf("the largest that fits came back otherwise, %v", err)
	}
}
