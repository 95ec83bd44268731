// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDepositFactory} from "../../src/interfaces/IDepositFactory.sol";
import {IPermit2} from "../../src/interfaces/IPermit2.sol";
import {ITokenVault} from "../../src/interfaces/ITokenVault.sol";
import {ITestDollar, Order, Payment, World} from "../World.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

interface IWallet {
    function run(address target, bytes calldata data) external;
}

/// @title The vault's payment lanes, asked for by the market; every signature is written here from the EIPs
contract VaultLanesTest is World {
    /// @dev Not the text of src: a change there that wallets would not follow is red here.
    string private constant ORDER_TYPE = "Order(address consumer,bytes32 specHash,bytes32 offerHash,address matcher,bytes32 deviceClass,uint32 regions,"
        "uint8 grade,uint8 lane,uint96 amount,uint96 priceMax,uint16 feeBpsMax,uint8 attemptsMax,uint40 orderDeadline,"
        "uint32 acceptWindowS,uint32 runWindowS,uint32 reportWindowS,bytes32 resultKey,address callback,"
        "uint32 callbackGas,uint64 salt)";

    Order private _made;
    bytes32 private _structHash;
    bytes32 private _orderHash;
    address private _wallet;

    function setUp() public override {
        super.setUp();
        _take(_order());
        _wallet = deploy("PasswordWallet.sol:PasswordWallet", abi.encode(consumer.addr));
        dollar.faucet(_wallet, 1_000e6);
    }

    function test_collect_refusesALaneThatIsNone() public {
        _expect(abi.encodeWithSelector(ITokenVault.UnsupportedLane.selector, 0));
        _collect(0, consumer.addr, Payment(0, 0, ""));
        _expect(abi.encodeWithSelector(ITokenVault.UnsupportedLane.selector, 5));
        _collect(5, consumer.addr, Payment(0, 0, ""));
    }

    function test_collect_refusesLanesThatThisChainDoesNotHave() public {
        address[] memory none;
        ITokenVault bare = ITokenVault(
            deploy(
                "TokenVault.sol:TokenVault",
                abi.encode(dollar, governor.addr, 0, 0, 0, address(1), address(this), address(2), none)
            )
        );
        vm.expectRevert(abi.encodeWithSelector(ITokenVault.UnsupportedLane.selector, 2));
        bare.collect(2, 0, consumer.addr, 1, Payment(0, 0, ""));
        vm.expectRevert(abi.encodeWithSelector(ITokenVault.UnsupportedLane.selector, 4));
        bare.collect(4, 0, consumer.addr, 1, Payment(0, 0, ""));
    }

    function test_collect_refusesNothing() public {
        vm.expectRevert(ITokenVault.NothingToMove.selector);
        vm.prank(address(market));
        vault.collect(1, _structHash, consumer.addr, 0, Payment(0, 0, ""));
    }

    // --- 1: EIP-3009. ---

    function test_eip3009_collects() public {
        _collect(1, consumer.addr, _authorisation(consumer, AMOUNT, _orderHash));
        assertCollected(consumer.addr);
    }

    function test_eip3009_collectsFromAnErc1271Wallet() public {
        Payment memory payment = _walletAuthorisation();
        _collect(1, _wallet, payment);
        assertCollected(_wallet);
    }

    function test_eip3009_refusesAWalletThatDoesNotAgree() public {
        Payment memory payment = _walletAuthorisation();
        payment.signature[0] = 0x02;
        vm.expectRevert(abi.encodeWithSelector(ITestDollar.InvalidAuthorization.selector, _wallet));
        _collect(1, _wallet, payment);
    }

    /// @dev A cancelled nonce reads as used: who credits on `authorizationState` pays for nothing.
    function test_eip3009_creditsNothingOnACancelledAuthorisation() public {
        bytes32 cancel = keccak256(abi.encode(dollar.CANCEL_AUTHORIZATION_TYPEHASH(), consumer.addr, _orderHash));
        cancel = keccak256(abi.encodePacked(hex"1901", dollar.DOMAIN_SEPARATOR(), cancel));
        Payment memory payment = _authorisation(consumer, AMOUNT, _orderHash);
        dollar.cancelAuthorization(consumer.addr, _orderHash, signature(consumer.key, cancel));
        assertTrue(dollar.authorizationState(consumer.addr, _orderHash));
        vm.expectRevert(
            abi.encodeWithSelector(ITestDollar.AuthorizationAlreadyUsed.selector, consumer.addr, _orderHash)
        );
        _collect(1, consumer.addr, payment);
        assertEq(vault.ledgerOf(address(market)), 0);
    }

    // --- 2: Permit2. ---

    function test_permit2_collects() public {
        Payment memory payment = _permit2(consumer, AMOUNT, _orderHash, address(vault));
        _collect(2, consumer.addr, payment);
        assertCollected(consumer.addr);
    }

    function test_permit2_collectsOnce() public {
        Payment memory payment = _permit2(consumer, AMOUNT, _orderHash, address(vault));
        _collect(2, consumer.addr, payment);
        vm.expectRevert(bytes4(keccak256("InvalidNonce()")));
        _collect(2, consumer.addr, payment);
    }

    function test_permit2_collectsFromAnErc1271Wallet() public {
        Payment memory payment = _permit2(consumer, AMOUNT, _orderHash, address(vault));
        payment.signature = bytes.concat(hex"01", payment.signature);
        vm.prank(consumer.addr);
        IWallet(_wallet).run(address(dollar), abi.encodeCall(IERC20.approve, (address(permit2), AMOUNT)));
        _collect(2, _wallet, payment);
        assertCollected(_wallet);
    }

    function test_permit2_refusesAnotherOrder() public {
        Payment memory payment = _permit2(consumer, AMOUNT, _orderHash, address(vault));
        _take(_order());
        vm.expectRevert(bytes4(keccak256("InvalidSigner()")));
        _collect(2, consumer.addr, payment);
    }

    function test_permit2_refusesAnotherNonceThanTheOrdersDigest() public {
        Payment memory payment = _permit2(consumer, AMOUNT, bytes32(uint256(7)), address(vault));
        vm.expectRevert(bytes4(keccak256("InvalidSigner()")));
        _collect(2, consumer.addr, payment);
    }

    function test_permit2_refusesWhatAnotherSpenderWasAllowed() public {
        Payment memory payment = _permit2(consumer, AMOUNT, _orderHash, address(this));
        vm.expectRevert(bytes4(keccak256("InvalidSigner()")));
        _collect(2, consumer.addr, payment);
    }

    function test_permit2_refusesAnotherModule() public {
        Payment memory payment = _permit2(consumer, AMOUNT, _orderHash, address(vault));
        vm.expectRevert(bytes4(keccak256("InvalidSigner()")));
        vm.prank(address(settlement)); // the same Order, but the digest of another domain
        vault.collect(2, _structHash, consumer.addr, AMOUNT, payment);
    }

    function test_permit2_refusesAfterItsDeadline() public {
        Payment memory payment = _permit2(consumer, AMOUNT, _orderHash, address(vault));
        vm.warp(payment.validBefore + 1);
        vm.expectRevert(abi.encodeWithSelector(bytes4(keccak256("SignatureExpired(uint256)")), payment.validBefore));
        _collect(2, consumer.addr, payment);
    }

    // --- 3: EIP-2612. ---

    function test_eip2612_collects() public {
        _collect(3, consumer.addr, _permit(AMOUNT));
        assertCollected(consumer.addr);
    }

    function test_eip2612_aPermitHandedInByAnotherDoesNoHarm() public {
        Payment memory payment = _permit(AMOUNT);
        (uint8 v, bytes32 r, bytes32 s) = _split(payment.signature);
        vm.prank(stranger.addr);
        IERC20Permit(address(dollar)).permit(consumer.addr, address(vault), AMOUNT, payment.validBefore, v, r, s);
        _collect(3, consumer.addr, payment);
        assertCollected(consumer.addr);
    }

    function test_eip2612_refusesAPermitOfLess() public {
        Payment memory payment = _permit(AMOUNT - 1);
        vm.expectRevert(
            abi.encodeWithSelector(ITokenVault.AllowanceTooSmall.selector, consumer.addr, 0, uint256(AMOUNT))
        );
        _collect(3, consumer.addr, payment);
    }

    function test_eip2612_refusesAShortSignature() public {
        vm.expectRevert(abi.encodeWithSelector(ITokenVault.WrongSignatureLength.selector, 64, 65));
        _collect(3, consumer.addr, Payment(0, 0, new bytes(64)));
    }

    function test_eip2612_anOlderApprovalWillDo() public {
        vm.prank(consumer.addr);
        dollar.approve(address(vault), AMOUNT);
        _collect(3, consumer.addr, Payment(0, 0, new bytes(65)));
        assertCollected(consumer.addr);
    }

    // --- 4: deposit address. ---

    function test_deposit_collectsExactlyTheAmount() public {
        address deposit = _pay(AMOUNT);
        _collect(4, consumer.addr, Payment(0, _made.orderDeadline, ""));
        assertCollected(consumer.addr);
        assertEq(dollar.balanceOf(deposit), 0);
    }

    function test_deposit_underpaidIsNotCollectedAndGoesBack() public {
        address deposit = _pay(AMOUNT - 1);
        vm.expectRevert(abi.encodeWithSelector(IDepositFactory.DepositTooSmall.selector, deposit, AMOUNT - 1, AMOUNT));
        _collect(4, consumer.addr, Payment(0, _made.orderDeadline, ""));
        vm.prank(consumer.addr);
        deposits.refund(_orderHash, consumer.addr, _made.orderDeadline, address(dollar));
        assertEq(dollar.balanceOf(consumer.addr), 1_000e6);
    }

    function test_deposit_whatIsOverGoesBackToThePayer() public {
        _pay(AMOUNT + 5);
        _collect(4, consumer.addr, Payment(0, _made.orderDeadline, ""));
        vm.warp(_made.orderDeadline);
        vm.prank(stranger.addr);
        deposits.refund(_orderHash, consumer.addr, _made.orderDeadline, address(dollar));
        assertCollected(consumer.addr);
    }

    function test_deposit_moneyThatArrivesLateGoesBackToo() public {
        _pay(AMOUNT);
        _collect(4, consumer.addr, Payment(0, _made.orderDeadline, ""));
        _pay(7);
        vm.prank(consumer.addr);
        assertEq(deposits.refund(_orderHash, consumer.addr, _made.orderDeadline, address(dollar)), 7);
        assertCollected(consumer.addr);
    }

    function test_deposit_strangersMustWaitForTheRefund() public {
        _pay(AMOUNT);
        vm.expectRevert(
            abi.encodeWithSelector(IDepositFactory.RefundTooEarly.selector, _now(), uint256(_made.orderDeadline))
        );
        vm.prank(stranger.addr);
        deposits.refund(_orderHash, consumer.addr, _made.orderDeadline, address(dollar));
    }

    function test_deposit_paysNoOtherOrderAndNoOtherPayer() public {
        _pay(AMOUNT);
        address other = deposits.addressOf(_orderHash, stranger.addr, _made.orderDeadline);
        vm.expectRevert(abi.encodeWithSelector(IDepositFactory.DepositTooSmall.selector, other, 0, AMOUNT));
        _collect(4, stranger.addr, Payment(0, _made.orderDeadline, ""));
        uint40 deadline = _made.orderDeadline;
        _take(_order());
        other = deposits.addressOf(_orderHash, consumer.addr, deadline);
        vm.expectRevert(abi.encodeWithSelector(IDepositFactory.DepositTooSmall.selector, other, 0, AMOUNT));
        _collect(4, consumer.addr, Payment(0, deadline, ""));
    }

    function test_deposit_otherTokensAndCoinsGoToThePayerOnly() public {
        address deposit = deposits.addressOf(_orderHash, consumer.addr, _made.orderDeadline);
        ITestDollar other = ITestDollar(deploy("TestDollar.sol:TestDollar", ""));
        other.faucet(deposit, 9);
        vm.deal(deposit, 3);
        vm.deal(consumer.addr, 0);
        vm.startPrank(stranger.addr);
        deposits.refund(_orderHash, consumer.addr, _made.orderDeadline, address(other));
        deposits.refund(_orderHash, consumer.addr, _made.orderDeadline, address(0));
        vm.stopPrank();
        assertEq(other.balanceOf(consumer.addr), 9);
        assertEq(consumer.addr.balance, 3);
    }

    function test_deposit_nothingToRefundIsSaid() public {
        address deposit = deposits.addressOf(_orderHash, consumer.addr, 0);
        vm.expectRevert(abi.encodeWithSelector(IDepositFactory.NothingToRefund.selector, deposit, address(dollar)));
        deposits.refund(_orderHash, consumer.addr, 0, address(dollar));
    }

    function test_deposit_onlyTheVaultTakes() public {
        _pay(AMOUNT);
        vm.expectRevert(abi.encodeWithSelector(IDepositFactory.NotVault.selector, address(this), address(vault)));
        deposits.take(_orderHash, consumer.addr, _made.orderDeadline, AMOUNT);
    }

    function test_deposit_obeysTheFactoryAlone() public {
        address deposit = _pay(AMOUNT + 1);
        _collect(4, consumer.addr, Payment(0, _made.orderDeadline, ""));
        (bool sent, bytes memory reason) =
            deposit.call(abi.encodeWithSignature("send(address,address,uint256)", dollar, address(this), 1));
        assertFalse(sent);
        assertEq(reason, abi.encodeWithSignature("NotFactory(address,address)", address(this), address(deposits)));
    }

    // --- Arranging. ---

    function _take(Order memory order) private {
        order.lane = 1; // what the Order says is the market's concern
        _made = order;
        _structHash = keccak256(abi.encode(keccak256(bytes(ORDER_TYPE)), order));
        _orderHash = market.hashOrder(order);
    }

    function _collect(uint8 lane, address from, Payment memory payment) private {
        vm.prank(address(market));
        vault.collect(lane, _structHash, from, AMOUNT, payment);
    }

    function _expect(bytes memory reason) private {
        vm.expectRevert(reason);
    }

    function _walletAuthorisation() private view returns (Payment memory payment) {
        Account memory wallet = Account(_wallet, consumer.key);
        payment = _authorisation(wallet, AMOUNT, _orderHash);
        payment.signature = bytes.concat(hex"01", payment.signature);
    }

    function _permit2(Account memory from, uint256 amount, bytes32 nonce, address spender)
        private
        returns (Payment memory)
    {
        vm.prank(from.addr);
        dollar.approve(address(permit2), type(uint256).max);
        uint40 deadline = _now() + 1 hours;
        bytes32 permitType = keccak256(
            abi.encodePacked(
                "PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,"
                "Order witness)",
                ORDER_TYPE,
                "TokenPermissions(address token,uint256 amount)"
            )
        );
        bytes32 permitted =
            keccak256(abi.encode(keccak256("TokenPermissions(address token,uint256 amount)"), address(dollar), amount));
        bytes32 structHash =
            keccak256(abi.encode(permitType, permitted, spender, uint256(nonce), uint256(deadline), _structHash));
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,uint256 chainId,address verifyingContract)"),
                keccak256("Permit2"),
                block.chainid,
                address(permit2)
            )
        );
        return Payment(0, deadline, signature(from.key, keccak256(abi.encodePacked(hex"1901", domain, structHash))));
    }

    /// @dev 65 bytes of permit, then 65 that only the market reads.
    function _permit(uint256 amount) private view returns (Payment memory) {
        uint40 deadline = _now() + 1 hours;
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                consumer.addr,
                address(vault),
                amount,
                IERC20Permit(address(dollar)).nonces(consumer.addr),
                uint256(deadline)
            )
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", dollar.DOMAIN_SEPARATOR(), structHash));
        return Payment(0, deadline, bytes.concat(signature(consumer.key, digest), signature(consumer.key, _orderHash)));
    }

    function _split(bytes memory signed) private pure returns (uint8 v, bytes32 r, bytes32 s) {
        assembly ("memory-safe") {
            r := mload(add(signed, 32))
            s := mload(add(signed, 64))
            v := byte(0, mload(add(signed, 96)))
        }
    }

    function _pay(uint256 amount) private returns (address deposit) {
        deposit = deposits.addressOf(_orderHash, consumer.addr, _made.orderDeadline);
        vm.prank(consumer.addr);
        dollar.transfer(deposit, amount);
    }

    function assertCollected(address from) private view {
        assertEq(vault.ledgerOf(address(market)), AMOUNT, "the market's");
        assertEq(dollar.balanceOf(from), 1_000e6 - AMOUNT, "the payer's");
    }
}
