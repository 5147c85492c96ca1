package vision

import (
	"fmt"
	"slices"

	"kaodian/media/onnx"
	"kaodian/media/speech"
)

// Outputs are the names of the outputs that are asked for.
func (c Card) Outputs() []string {
	switch {
	case c.Role != RoleDetector:
		return []string{"output"} // the only one, whatever its name
	case c.Form == FormYuNet:
		return YuNetOutputs
	}
	return BoxesOutputs
}

// fits says whether the network's own shape is the card's.
func (c Card) fits(data []byte) error {
	if c.Role == RoleSpeech {
		_, err := speech.Read(data)
		return err
	}
	inputs, outputs, err := onnx.Shape(data)
	if err != nil {
		return err
	}
	sized := c.Role != RoleDetector || c.Form != FormYuNet // that one runs at every size
	if sized && (len(inputs) != 1 || !c.takes(inputs[0].Sizes)) {
		return fmt.Errorf("it takes %v, the card says %d × %d pixels, %s", sizesOf(inputs), c.Width, c.Height, c.Order)
	}
	if c.Role == RoleDetector {
		return named(outputs, c.Outputs())
	}
	if len(outputs) != 1 || !answers(outputs[0].Sizes, int64(c.Dimensions)) {
		return fmt.Errorf("it answers %v, the card says %d numbers", sizesOf(outputs), c.Dimensions)
	}
	return nil
}

func (c Card) channels() uint64 {
	if c.Order == "GREY" {
		return 1
	}
	return 3
}

func (c Card) takes(sizes []int64) bool {
	want := []int64{1, int64(c.channels()), int64(c.Height), int64(c.Width)}
	return slices.EqualFunc(sizes, want, func(is, wanted int64) bool { return is == 0 || is == wanted })
}

// answers says whether the sizes make so many numbers; one that is left open
// may be any.
func answers(sizes []int64, wanted int64) bool {
	product := int64(1)
	for _, size := range sizes {
		if size == 0 {
			continue
		}
		if size < 0 || product > wanted {
			return false
		}
		product *= size
	}
	return product == wanted || slices.Contains(sizes, 0) && product > 0 && wanted%product == 0
}

func named(outputs []onnx.Port, wanted []string) error {
	for _, name := range wanted {
		if !slices.ContainsFunc(outputs, func(p onnx.Port) bool { return p.Name == name }) {
			return fmt.Errorf("it has no output %q, which its card's form needs", name)
		}
	}
	return nil
}

func sizesOf(ports []onnx.Port) [][]int64 {
	var all [][]int64
	for _, p := range ports {
		all = append(all, p.Sizes)
	}
	return all
}
