package network.assay.coordinator.app.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import network.assay.contracts.client.assay.Deployment;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.ContentRoot;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.Keccak;
import network.assay.contracts.protocol.Offer;
import network.assay.contracts.protocol.Secp256k1;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.WorkCommit;
import network.assay.contracts.wire.Accepted;
import network.assay.contracts.wire.ResultChunk;
import network.assay.contracts.wire.SignedStruct;
import network.assay.coordinator.app.flow.FakeChain;
import network.assay.coordinator.app.flow.OfferDesk;
import network.assay.coordinator.app.flow.TestDatabase;
import network.assay.coordinator.app.flow.TestParties;
import network.assay.coordinator.app.store.Database;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a hostile agent sends: each refused by its name, and nothing of it is kept. */
class RefusedFromAgentsTest {
  private static final int DEVICE = 1;
  private static final byte[] BLOB = new byte[1_000];

  private final FakeChain chain = new FakeChain();
  private final List<String> refusals = new ArrayList<>();
  private final List<Accepted> taken = new ArrayList<>();
  private Database database;

  @BeforeEach
  void start() {
    database = TestDatabase.empty();
  }

  private Eip712Domain domain() {
    return chain.deployment().marketDomain();
  }

  private ResultReceiver receiver() {
    return new ResultReceiver(
        new AgentDoor(database, domain(), () -> 7L),
        new StreamObserver<>() {
          @Override
          public void onNext(Accepted value) {
            taken.add(value);
          }

          @Override
          public void onError(Throwable problem) {
            refusals.add(String.valueOf(problem.getMessage()));
          }

          @Override
          public void onCompleted() {}
        });
  }

  private static WorkCommit commit(long jobId, int bytes) {
    Bytes32 any = Keccak.hashUtf8("any");
    return new WorkCommit(
        jobId,
        TestParties.key(DEVICE).address(),
        any,
        Bytes32.ZERO,
        1,
        1,
        any,
        any,
        any,
        ContentRoot.of(BLOB),
        bytes);
  }

  private ResultChunk chunk(
      WorkCommit commit, Secp256k1.PrivateKey signer, int announced, byte[] data) {
    return ResultChunk.newBuilder()
        .setJobId(commit.jobId())
        .setTotalBytes(announced)
        .setWorkCommit(
            SignedStruct.newBuilder()
                .setWords(ByteString.copyFrom(commit.words()))
                .setSignature(ByteString.copyFrom(commit.sign(domain(), signer).toArray())))
        .setData(ByteString.copyFrom(data))
        .build();
  }

  private void refused(String name) {
    assertThat(refusals).hasSize(1);
    assertThat(refusals.getFirst()).contains(name);
    assertThat(taken).isEmpty();
    List<Long> kept =
        database.transaction(
            tx -> Database.query(tx, row -> row.getLong(1), "SELECT count(*) FROM results"));
    assertThat(kept).containsExactly(0L);
  }

  @Test
  void anOversizedResultIsRefusedBeforeAByteOfItIsKept() {
    ResultReceiver receiver = receiver();
    receiver.onNext(
        chunk(
            commit(5, 100),
            TestParties.key(DEVICE),
            EvidenceBundle.CIPHERTEXT_BYTES_MAX + 1,
            BLOB));
    receiver.onNext(ResultChunk.newBuilder().setData(ByteString.copyFrom(BLOB)).build());
    receiver.onCompleted();
    refused("TOO_LONG");
  }

  @Test
  void anUnsignedResultIsRefused() {
    receiver().onNext(chunk(commit(5, BLOB.length), TestParties.key(9), BLOB.length, BLOB));
    refused("WRONG_SIGNATURE");
  }

  @Test
  void aLyingLengthIsRefused() {
    receiver()
        .onNext(chunk(commit(5, BLOB.length), TestParties.key(DEVICE), BLOB.length - 1, BLOB));
    refused("WRONG_COMMIT");
  }

  @Test
  void aResultOfAnUnknownJobIsRefused() {
    receiver().onNext(chunk(commit(5, BLOB.length), TestParties.key(DEVICE), BLOB.length, BLOB));
    refused("UNKNOWN_JOB");
  }

  @Test
  void malformedWordsAreRefused() {
    ResultChunk bad =
        ResultChunk.newBuilder()
            .setTotalBytes(10)
            .setWorkCommit(SignedStruct.newBuilder().setWords(ByteString.copyFrom(new byte[31])))
            .build();
    receiver().onNext(bad);
    refused("WRONG_LENGTH");
  }

  private void refusedOffer(String name, Offer offer, Signature signature) {
    OfferDesk desk = new OfferDesk(database, chain, () -> 7L);
    assertThatThrownBy(() -> desk.put(offer, signature, "device", Set.of(TestParties.MODEL), 1))
        .as(name)
        .hasMessageContaining(name);
    assertThat(desk.shown(10)).isEmpty();
  }

  @Test
  void offersUnsignedForeignExpiredOrOfUnknownDevicesAreRefused() {
    Offer good = TestParties.offer(DEVICE, 10, chain.nowS + 1_000);
    Deployment at = chain.deployment();
    refusedOffer("DEVICE_NOT_ACTIVE", good, good.sign(domain(), TestParties.key(DEVICE)));
    TestParties.offers(chain, new OfferDesk(TestDatabase.empty(), chain, () -> 7L), DEVICE, 10);
    database = TestDatabase.empty();
    refusedOffer("WRONG_SIGNATURE", good, good.sign(domain(), TestParties.key(7)));
    refusedOffer(
        "WRONG_SIGNATURE",
        good,
        good.sign(Eip712Domain.assay(1, at.market()), TestParties.key(DEVICE)));
    refusedOffer(
        "WRONG_SIGNATURE",
        good,
        good.sign(Eip712Domain.assay(at.chainId(), at.stake()), TestParties.key(DEVICE)));
    Offer expired = TestParties.offer(DEVICE, 10, chain.nowS - 1);
    refusedOffer("OFFER_EXPIRY", expired, expired.sign(domain(), TestParties.key(DEVICE)));
  }
}
