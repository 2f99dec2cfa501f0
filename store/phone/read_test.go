package phone_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"pregon/store/phone"
)

// The short way must say what the long one says, of any number in any country.
func TestReadSaysWhatParseSays(t *testing.T) {
	t.Parallel()
	source := rand.New(rand.NewPCG(3, 4))
	texts := []string{
		"+16045550100", "604 555 0100", "+1 604-555-0100", "+11604555010", "+34600000001", "+4407911123456", "+5511961234567", "+525512345678", "",
		"+1", "+", "+1604555010x", "+999123456789", "+390612345678", "+4930123456", "+80012345678", "+12345678901234567",
		"16045550100", "1604 555 0100", "34600000001", "600 000 001", "0604 555 0100", "011 34 600 000 001", "00 34 600000001", "604 555 0100 ext 5", "(604) 555-0100",
	}
	codes := []int{1, 31, 32, 33, 34, 41, 43, 44, 45, 46, 47, 48, 49, 51, 57, 58, 351, 593, 598, 52, 54, 55, 39, 7}
	for range 4000 {
		code := codes[source.IntN(len(codes))]
		digits := 7 + source.IntN(5)
		number := source.Uint64N(pow10(digits))
		if code == 1 {
			number = 2_000_000_000 + source.Uint64N(8_000_000_000)
			digits = 10
		}
		texts = append(texts, fmt.Sprintf("+%d%0*d", code, digits, number), fmt.Sprintf("%0*d", digits, number), fmt.Sprintf("%d%0*d", code, digits, number))
	}
	valid := 0
	var reader phone.Reader
	regions := []string{"CA", "ES", "DE", "GB", "PT", "CO", "MX", "BR", "IT", "FR", "", "US", "xx", phone.World}
	for at, text := range texts {
		region := regions[at%len(regions)]
		want, wantErr := phone.Parse(text, region)
		got, country, err := reader.Read(text, region)
		if got != want || !errors.Is(err, wantErr) || country != want.Country() {
			t.Errorf("Read(%q, %q) = %q, %q, %v; want %q, %q, %v", text, region, got, country, err, want, want.Country(), wantErr)
		}
		if err == nil {
			valid++
		}
	}
	if valid < 1000 {
		t.Errorf("only %d numbers were valid", valid)
	}
}

func pow10(n int) uint64 {
	p := uint64(1)
	for range n {
		p *= 10
	}
	return p
}

func BenchmarkRead(b *testing.B) {
	var reader phone.Reader
	for n := 0; b.Loop(); n++ {
		if _, _, err := reader.Read(fmt.Sprintf("+1604%07d", 2_000_000+n%8_000_000), "CA"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadNational(b *testing.B) {
	var reader phone.Reader
	for n := 0; b.Loop(); n++ {
		if _, _, err := reader.Read(fmt.Sprintf("604 %07d", 2_000_000+n%8_000_000), "CA"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseAndCountry(b *testing.B) {
	for n := 0; b.Loop(); n++ {
		e, err := phone.Parse(fmt.Sprintf("604 %07d", 2_000_000+n%8_000_000), "CA")
		if err != nil || e.Country() == "" {
			b.Fatal(err)
		}
	}
}
