package network.assay.oracle.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import network.assay.contracts.protocol.Outcome;
import network.assay.contracts.protocol.ProtocolException;
import org.junit.jupiter.api.Test;

class DurableCodecTest {
  private static final Outcome OUTCOME = Fixture.value(1);
  private static final List<Durable> RECORDS =
      List.of(
          new Durable.Observed(
              8, -1, 0xffff_ffffL, Fixture.verdict(-1), Fixture.leaf(1), Fixture.salt(3)),
          new Durable.Voted(Fixture.propose(0, 0, OUTCOME, List.of()).proposal()),
          new Durable.Voted(Fixture.prepared(0, 3, OUTCOME)),
          new Durable.Voted(Fixture.committed(0, 3, OUTCOME)),
          new Durable.Voted(Fixture.change(0, 3).roundChange()),
          new Durable.Locked(Fixture.certificate(3, OUTCOME, 0, 1, 2)),
          new Durable.Decided(Fixture.decision(3, OUTCOME, 0, 1, 2)));

  @Test
  void every_record_comes_back_as_it_was() {
    for (Durable record : RECORDS) {
      assertThat(DurableCodec.decode(DurableCodec.encode(record))).isEqualTo(record);
    }
  }

  @Test
  void a_record_cut_short_or_lengthened_is_refused() {
    for (Durable record : RECORDS) {
      byte[] bytes = DurableCodec.encode(record);
      for (int length : new int[] {0, 1, bytes.length / 2, bytes.length - 1, bytes.length + 1}) {
        assertThatThrownBy(() -> DurableCodec.decode(Arrays.copyOf(bytes, length)))
            .isInstanceOf(ProtocolException.class);
      }
    }
  }

  @Test
  void an_unknown_tag_is_refused() {
    assertThatThrownBy(() -> DurableCodec.decode(new byte[] {99}))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("99");
  }
}
