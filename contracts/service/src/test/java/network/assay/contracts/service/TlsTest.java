package network.assay.contracts.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import network.assay.contracts.protocol.Bytes32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  private static final MethodDescriptor.Marshaller<String> TEXT =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(String value) {
          return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream in) {
          try {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };
  private static final MethodDescriptor<String, String> WHO =
      MethodDescriptor.newBuilder(TEXT, TEXT)
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("test.Who/Ami")
          .build();

  @TempDir Path folder;
  private final NodeCertificate server = NodeCertificate.generate();
  private final NodeCertificate peer = NodeCertificate.generate();
  private final NodeCertificate stranger = NodeCertificate.generate();
  private final Set<Bytes32> trusted = ConcurrentHashMap.newKeySet();
  private Server running;

  private void serve(SslContext context) throws IOException {
    running =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sslContext(context)
            .intercept(PeerPin.interceptor())
            .addService(
                ServerServiceDefinition.builder("test.Who")
                    .addMethod(
                        WHO,
                        ServerCalls.asyncUnaryCall((request, answer) -> {
                          answer.onNext(PeerPin.current().map(Bytes32::hex).orElse("nobody"));
                          answer.onCompleted();
                        }))
                    .build())
            .build()
            .start();
  }

  private String ask(SslContext context) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", running.getPort()).sslContext(context).build();
    try {
      return ClientCalls.blockingUnaryCall(
          channel, WHO, CallOptions.DEFAULT.withDeadlineAfter(10, TimeUnit.SECONDS), "?");
    } finally {
      channel.shutdownNow();
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    running.shutdownNow().awaitTermination();
  }

  @Test
  void peersWithPinnedKeysTalkAndAreKnownByTheirPin() throws IOException {
    trusted.add(peer.pin());
    serve(Tls.serverForPeers(server, trusted::contains));
    assertThat(ask(Tls.clientTo(server.pin(), peer))).isEqualTo(peer.pin().hex());
  }

  @Test
  void aStrangersKeyIsRefused() throws IOException {
    trusted.add(peer.pin());
    serve(Tls.serverForPeers(server, trusted::contains));
    assertThatThrownBy(() -> ask(Tls.clientTo(server.pin(), stranger)))
        .isInstanceOf(StatusRuntimeException.class);
  }

  @Test
  void aClientWithoutAKeyIsRefusedAmongPeersAndNobodyElsewhere() throws IOException {
    serve(Tls.serverForPeers(server, trusted::contains));
    assertThatThrownBy(() -> ask(Tls.anonymousClientTo(server.pin())))
        .isInstanceOf(StatusRuntimeException.class);
    running.shutdownNow();
    serve(Tls.serverForAll(server, trusted::contains));
    assertThat(ask(Tls.anonymousClientTo(server.pin()))).isEqualTo("nobody");
  }

  @Test
  void aServerForAllStillRefusesAnUnknownKey() throws IOException {
    trusted.add(peer.pin());
    serve(Tls.serverForAll(server, trusted::contains));
    assertThat(ask(Tls.clientTo(server.pin(), peer))).isEqualTo(peer.pin().hex());
    assertThatThrownBy(() -> ask(Tls.clientTo(server.pin(), stranger)))
        .isInstanceOf(StatusRuntimeException.class);
  }

  @Test
  void aServerWithAnotherKeyIsRefused() throws IOException {
    trusted.add(peer.pin());
    serve(Tls.serverForPeers(server, trusted::contains));
    assertThatThrownBy(() -> ask(Tls.clientTo(stranger.pin(), peer)))
        .isInstanceOf(StatusRuntimeException.class)
        .hasStackTraceContaining("is not one of the pinned keys");
  }

  @Test
  void aKeyThatIsTakenOffTheListIsRefusedAtTheNextHandshake() throws IOException {
    trusted.add(peer.pin());
    serve(Tls.serverForPeers(server, trusted::contains));
    assertThat(ask(Tls.clientTo(server.pin(), peer))).isEqualTo(peer.pin().hex());
    trusted.clear();
    assertThatThrownBy(() -> ask(Tls.clientTo(server.pin(), peer)))
        .isInstanceOf(StatusRuntimeException.class);
  }

  @Test
  void tls12IsRefused() throws Exception {
    serve(Tls.serverForAll(server, trusted::contains));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new PinnedTrust(server.pin()::equals)}, null);
    try (SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), running.getPort())) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
    }
  }

  @Test
  void aCertificateSurvivesItsFile() throws IOException {
    Path file = folder.resolve("tls.pem");
    NodeCertificate made = NodeCertificate.loadOrGenerate(file);
    NodeCertificate read = NodeCertificate.loadOrGenerate(file);
    assertThat(read.pin()).isEqualTo(made.pin());
    trusted.add(read.pin());
    serve(Tls.serverForPeers(server, trusted::contains));
    assertThat(ask(Tls.clientTo(server.pin(), read))).isEqualTo(made.pin().hex());
  }

  @Test
  void aPemFileOfOtherThingsIsRefused() throws IOException {
    serve(Tls.serverForAll(server, trusted::contains));
    Path file = folder.resolve("tls.pem");
    PrivateFiles.create(file, "hello");
    assertThatThrownBy(() -> NodeCertificate.load(file))
        .hasMessageContaining("want one EC key and then one certificate");
  }
}
