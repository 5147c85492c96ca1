package ffmpeg

import (
	"slices"
	"testing"
)

func TestWhatAnFFmpegWasBuiltWithoutIsNamed(t *testing.T) {
	const list = `Filters:
  T.. = Timeline support
 ..C scale             V->V       Scale the input video size and/or convert the image format.
 .S. tonemap           V->V       Conversion to/from different dynamic ranges.
`
	if names := lacking(list); !slices.Equal(names, []string{"zscale"}) {
		t.Errorf("it lacks %v", names)
	}
	if names := lacking(""); !slices.Equal(names, optional) {
		t.Errorf("one without any lacks %v", names)
	}
	tools, err := Find()
	if err != nil {
		t.Skip(err)
	}
	if names, err := tools.LackingFilters(t.Context()); err != nil || len(names) > 0 {
		t.Errorf("this one lacks %v, %v", names, err)
	}
}
