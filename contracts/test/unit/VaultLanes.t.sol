// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDepositFactory} from "../../src/interfaces/IDepositFactory.sol";
import {ITokenVault} from "../../src/interfaces/ITokenVault.sol";
import {IWallet, LaneWorld} from "../LaneWorld.sol";
import {ITestDollar, Order, Payment} from "../World.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

/// @title The vault's payment lanes, asked for by the market; every signature is written here from the EIPs
contract VaultLanesTest is LaneWorld {
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

    /// @dev Whatever a lane's token says: what has not arrived is not collected.
    function test_collect_refusesWhatDidNotArrive() public {
        Payment memory payment = _authorisation(consumer, AMOUNT, _orderHash);
        uint256 balance = dollar.balanceOf(address(vault));
        vm.mockCall(address(dollar), abi.encodeWithSignature("balanceOf(address)", address(vault)), abi.encode(balance));
        vm.expectRevert(abi.encodeWithSelector(ITokenVault.WrongAmountReceived.selector, 0, AMOUNT));
        _collect(1, consumer.addr, payment);
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
        vm.expectEmit(true, true, false, false, address(deposits));
        emit IDepositFactory.DepositRefunded(_orderHash, consumer.addr, address(0), address(dollar), 7);
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
        _structHash = _structHashOf(order);
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
        return _permit2Payment(from, amount, _structHash, nonce, spender);
    }

    /// @dev 65 bytes of permit, then 65 that only the market reads.
    function _permit(uint256 amount) private view returns (Payment memory) {
        return _permitPayment(amount, signature(consumer.key, _orderHash));
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
