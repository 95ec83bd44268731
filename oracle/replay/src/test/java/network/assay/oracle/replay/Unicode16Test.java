package network.assay.oracle.replay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class Unicode16Test {

  /** A newer JDK may have assigned more since; what was assigned stays assigned. */
  @Test
  void everythingThatIsAssignedThereIsAssignedHere() {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (Unicode16.isAssigned(c)) {
        assertThat(Character.getType(c)).as("%x", c).isNotEqualTo((int) Character.UNASSIGNED);
      }
    }
  }

  @Test
  void knowsBothEndsOfItsRanges() {
    assertThat(Unicode16.isAssigned(0)).isTrue();
    assertThat(Unicode16.isAssigned(0x377)).isTrue();
    assertThat(Unicode16.isAssigned(0x378)).isFalse();
    assertThat(Unicode16.isAssigned(0x379)).isFalse();
    assertThat(Unicode16.isAssigned(0x37A)).isTrue();
    assertThat(Unicode16.isAssigned(0x1C8A)).as("new in 16.0").isTrue();
    assertThat(Unicode16.isAssigned(0x1ACF)).as("new in 17.0").isFalse();
    assertThat(Unicode16.isAssigned(Unicode16.UNKNOWN_LETTER)).isFalse();
  }

  @Test
  void anUnknownLetterMakesItsWordUnknown() {
    assertThat(BertText.words("ab\u1acfcd e"))
        .containsExactly("ab" + Character.toString(0x10FFFF) + "cd", "e");
  }
}
