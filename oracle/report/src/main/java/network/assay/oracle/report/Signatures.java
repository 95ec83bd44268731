package network.assay.oracle.report;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.TypedStruct;

/**
 * Signs and attributes structs of one EIP-712 domain. Remembers the signatures it has checked: a
 * certificate repeats votes that came alone before, and recovery is the dearest thing done here.
 */
public final class Signatures {
  /** Some 2 MB: every vote and observation of a full batch on a committee of 13, and then some. */
  private static final int REMEMBERED_MAX = 16_384;

  private static final byte[] PREFIX = {0x19, 0x01};

  private record Checked(Bytes32 digest, Signature signature) {}

  private final CommitteeView view;
  private final byte[] separator;
  private final Signer signer;
  private final SignatureChecker checker;
  private final Map<Checked, Integer> remembered =
      new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Checked, Integer> eldest) {
          return size() > REMEMBERED_MAX;
        }
      };

  public Signatures(
      CommitteeView view, Eip712Domain domain, Signer signer, SignatureChecker checker) {
    this.view = view;
    this.separator = domain.separator().toArray();
    this.signer = signer;
    this.checker = checker;
  }

  public Bytes32 digest(TypedStruct body) {
    return Keccak.hash(PREFIX, separator, body.structHash().toArray());
  }

  public <T extends TypedStruct> Signed<T> sign(T body) {
    Bytes32 digest = digest(body);
    Signature signature = signer.sign(digest);
    remember(new Checked(digest, signature), view.self());
    return new Signed<>(body, signature);
  }

  /** The index of the member who signed; empty where no member did. */
  public OptionalInt signer(Signed<? extends TypedStruct> signed) {
    return signer(digest(signed.body()), signed.signature());
  }

  /**
   * As {@link #signer(Signed)}, of a digest. Only a member's signatures are remembered, so
   * strangers push nothing out.
   */
  public OptionalInt signer(Bytes32 digest, Signature signature) {
    Checked key = new Checked(digest, signature);
    Integer known = remembered.get(key);
    if (known != null) {
      return OptionalInt.of(known);
    }
    Optional<Address> address = checker.signer(digest, signature);
    int index = address.isPresent() ? view.committee().indexOf(address.get()) : -1;
    if (index < 0) {
      return OptionalInt.empty();
    }
    remember(key, index);
    return OptionalInt.of(index);
  }

  private void remember(Checked key, int index) {
    remembered.put(key, index);
  }
}
