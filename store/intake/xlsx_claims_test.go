package intake_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"hash/crc32"
	"io"
	"runtime"
	"testing"

	"pregon/store/intake"
)

// TestWorkbookThatClaimsMoreThanItHoldsIsRefused: the memory of a few kilobytes is what they hold, not what they claim.
func TestWorkbookThatClaimsMoreThanItHoldsIsRefused(t *testing.T) { //nolint:paralleltest // it measures the memory of the process
	whole := workbook(t, map[string][][]any{"A": {{"Name", "Phone"}, {"Ana", 6045550100}}}, "A")
	for _, test := range []struct {
		name            string
		claimed, packed uint64
	}{
		{"more than deflate can pack", 1 << 30, 64},
		{"more than the file can hold", 1 << 30, 1 << 21},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := intake.Open(bytes.NewReader(claiming(t, whole, test.claimed, test.packed)), intake.Options{})
		runtime.ReadMemStats(&after)
		if _, refused := errors.AsType[*intake.FormatError](err); !refused {
			t.Errorf("%s: %v, want a FormatError", test.name, err)
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > 64<<20 {
			t.Errorf("%s: it took %d bytes of memory", test.name, took)
		}
	}
	r, err := intake.Open(bytes.NewReader(whole), intake.Options{})
	if err != nil {
		t.Fatalf("the workbook as it was: %v", err)
	}
	check(t, r.Close())
}

// claiming adds a part to a workbook whose header claims that many bytes, packed in that many.
func claiming(t *testing.T, whole []byte, claimed, packed uint64) []byte {
	t.Helper()
	from, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
	check(t, err)
	var out bytes.Buffer
	to := zip.NewWriter(&out)
	for _, part := range from.File {
		check(t, to.Copy(part))
	}
	text := []byte("not as much")
	part, err := to.CreateRaw(&zip.FileHeader{
		Name: "xl/media/photo.png", Method: zip.Deflate, CRC32: crc32.ChecksumIEEE(text),
		CompressedSize64: packed, UncompressedSize64: claimed,
	})
	check(t, err)
	_, err = io.Copy(part, bytes.NewReader(text))
	check(t, err)
	check(t, to.Close())
	return out.Bytes()
}
