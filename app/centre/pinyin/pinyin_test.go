package pinyin

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

// R23: what is announced can be read aloud by whoever cannot read it.
func TestR23WordsOfTheFieldAreReadAsTheFieldReadsThem(t *testing.T) {
	for text, want := range map[string]string{
		"曲目": "qǔ mù", "乐曲": "yuè qǔ", "练习曲": "liàn xí qǔ", "基本练习": "jī běn liàn xí", "视奏": "shì zòu", "编配伴奏": "biān pèi bàn zòu",
		"音乐": "yīn yuè", "快乐的农夫": "kuài lè de nóng fū", "欢乐颂": "huān lè sòng", "牧童短笛": "mù tóng duǎn dí",
		"土耳其进行曲": "tǔ ěr qí jìn xíng qǔ", "如歌的行板": "rú gē de xíng bǎn", "解放军进行曲": "jiě fàng jūn jìn xíng qǔ",
		"弦乐四重奏": "xián yuè sì chóng zòu", "重逢": "chóng féng", "沉重": "chén zhòng",
		"弹起我心爱的土琵琶": "tán qǐ wǒ xīn ài de tǔ pí pá", "长城随想": "cháng chéng suí xiǎng", "我们成长": "wǒ men chéng zhǎng",
		"C大调奏鸣曲": "dà diào zòu míng qǔ", "降E大调夜曲 Op.9 No.2": "jiàng dà diào yè qǔ", "即兴幻想曲": "jí xìng huàn xiǎng qǔ",
		"车尔尼 599": "chē ěr ní", "小步舞曲": "xiǎo bù wǔ qǔ", "两只老虎": "liǎng zhī lǎo hǔ", "种太阳": "zhòng tài yáng", "数鸭子": "shǔ yā zi",
		"钢琴": "gāng qín", "电子琴": "diàn zǐ qín", "古筝": "gǔ zhēng", "琵琶": "pí pá", "声乐": "shēng yuè", "少年": "shào nián", "朝霞": "zhāo xiá",
		"还乡": "huán xiāng", "将军令": "jiāng jūn lìng", "九曲黄河": "jiǔ qū huáng hé", "一级": "yī jí", "十级": "shí jí",
		"": "", "Minuet in G": "",
	} {
		if got := strings.Join(Read(text), " "); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestR23TheTableHasOneSyllableForEachCharacter(t *testing.T) {
	readings, longest := words()
	if longest < 4 || len(readings) < 100 {
		t.Fatalf("%d words, the longest of %d characters", len(readings), longest)
	}
	for word, syllables := range readings {
		if characters := []rune(word); len(characters) != len(syllables) || slices.ContainsFunc(characters, func(r rune) bool { return !unicode.Is(unicode.Han, r) }) {
			t.Errorf("%s is read %v", word, syllables)
		}
	}
}
