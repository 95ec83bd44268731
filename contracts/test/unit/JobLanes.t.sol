// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDepositFactory} from "../../src/interfaces/IDepositFactory.sol";
import {IWallet, LaneWorld} from "../LaneWorld.sol";
import {IJobBook, JobState, Offer, Order, Payment} from "../World.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

/// @title Jobs opened over each lane, from key accounts and from ERC-1271 wallets, through the market itself
contract JobLanesTest is LaneWorld {
    address private _wallet;

    function setUp() public override {
        super.setUp();
        _wallet = deploy("PasswordWallet.sol:PasswordWallet", abi.encode(consumer.addr));
        dollar.faucet(_wallet, 1_000e6);
    }

    function test_open_byPermit2() public {
        Order memory order = _orderOver(2, consumer.addr);
        Payment memory payment = _permit2Of(order);
        uint64 jobId = _open(order, payment);
        assertPaid(jobId, consumer.addr);
        _expectOpenRefused(order, payment, abi.encodeWithSelector(IJobBook.OrderConsumed.selector, jobId));
    }

    function test_open_byPermit2FromAWallet() public {
        vm.prank(consumer.addr);
        IWallet(_wallet).run(address(dollar), abi.encodeCall(IERC20.approve, (address(permit2), AMOUNT)));
        Order memory order = _orderOver(2, _wallet);
        Payment memory payment = _permit2Of(order);
        payment.signature = bytes.concat(hex"01", payment.signature);
        assertPaid(_open(order, payment), _wallet);
    }

    function test_open_byPermit2ForAnotherOrderIsRefused() public {
        Payment memory payment = _permit2Of(_orderOver(2, consumer.addr));
        _expectOpenRefused(
            _orderOver(2, consumer.addr), payment, abi.encodeWithSelector(bytes4(keccak256("InvalidSigner()")))
        );
    }

    function test_open_byPermit() public {
        Order memory order = _orderOver(3, consumer.addr);
        assertPaid(_open(order, _permitOf(order)), consumer.addr);
    }

    function test_open_byAPermitThatAnotherHandedIn() public {
        Order memory order = _orderOver(3, consumer.addr);
        Payment memory payment = _permitOf(order);
        (uint8 v, bytes32 r, bytes32 s) = _split(payment.signature);
        vm.prank(stranger.addr);
        IERC20Permit(address(dollar)).permit(consumer.addr, address(vault), AMOUNT, payment.validBefore, v, r, s);
        assertPaid(_open(order, payment), consumer.addr);
    }

    /// @dev An allowance is nobody's Order: whoever sees one cannot spend it.
    function test_open_byAPermitWithoutTheOrdersSignatureIsRefused() public {
        Order memory order = _orderOver(3, consumer.addr);
        Payment memory payment = _permitPayment(AMOUNT, signature(stranger.key, market.hashOrder(order)));
        bytes memory refusal = abi.encodeWithSelector(IJobBook.WrongConsumerSignature.selector, consumer.addr);
        _expectOpenRefused(order, payment, refusal);
        payment.signature = new bytes(65);
        _expectOpenRefused(order, payment, refusal);
        Order memory other = _orderOver(3, consumer.addr);
        _expectOpenRefused(order, _permitOf(other), refusal);
    }

    function test_open_byAnApprovalOfAWallet() public {
        vm.prank(consumer.addr);
        IWallet(_wallet).run(address(dollar), abi.encodeCall(IERC20.approve, (address(vault), AMOUNT)));
        Order memory order = _orderOver(3, _wallet);
        bytes memory signed = signature(consumer.key, market.hashOrder(order));
        Payment memory payment = Payment(0, 0, bytes.concat(new bytes(65), hex"01", signed));
        assertPaid(_open(order, payment), _wallet);
    }

    function test_open_byAuthorisationOfAWallet() public {
        Order memory order = _orderOver(1, _wallet);
        Payment memory payment = _authorisation(Account(_wallet, consumer.key), AMOUNT, market.hashOrder(order));
        payment.signature = bytes.concat(hex"01", payment.signature);
        assertPaid(_open(order, payment), _wallet);
    }

    function test_open_fromAWalletsCredit() public {
        _fundCredit(_wallet, AMOUNT);
        Order memory order = _orderOver(0, _wallet);
        bytes memory signed = bytes.concat(hex"01", signature(consumer.key, market.hashOrder(order)));
        uint64 jobId = _open(order, Payment(0, 0, signed));
        assertState(jobId, JobState.ASSIGNED);
        assertEq(vault.creditOf(_wallet), AMOUNT - PRICE);
    }

    function test_open_byDeposit() public {
        Order memory order = _orderOver(4, consumer.addr);
        address deposit = _deposit(order, market.hashOrder(order));
        assertPaid(_open(order, Payment(0, order.orderDeadline, "")), consumer.addr);
        assertEq(dollar.balanceOf(deposit), 0);
    }

    function test_open_byADepositForAnotherOrderIsRefused() public {
        Order memory paid = _orderOver(4, consumer.addr);
        _deposit(paid, market.hashOrder(paid));
        Order memory order = _orderOver(4, consumer.addr);
        address other = deposits.addressOf(market.hashOrder(order), consumer.addr, order.orderDeadline);
        _expectOpenRefused(
            order,
            Payment(0, order.orderDeadline, ""),
            abi.encodeWithSelector(IDepositFactory.DepositTooSmall.selector, other, 0, AMOUNT)
        );
    }

    function test_openAccepted_overEachLaneGivesBackWhatIsOverThePrice() public {
        for (uint8 lane = 1; lane <= 4; ++lane) {
            Order memory order = _orderOver(lane, consumer.addr);
            Payment memory payment = Payment(0, order.orderDeadline, "");
            if (lane == 1) payment = _authorisation(consumer, AMOUNT, market.hashOrder(order));
            if (lane == 2) payment = _permit2Of(order);
            if (lane == 3) payment = _permitOf(order);
            if (lane == 4) _deposit(order, market.hashOrder(order));
            Job memory made = _jobOf(order);
            _match(made, _offer());
            uint256 held = dollar.balanceOf(address(vault));
            uint256 credit = vault.creditOf(consumer.addr);
            uint256 ledger = vault.ledgerOf(address(market));
            bytes memory accepted = _signAccept(made, "input");
            vm.prank(matcher.addr);
            market.openAccepted(order, payment, made.offer, "input", accepted);
            assertState(made.id, JobState.RUNNING);
            assertEq(dollar.balanceOf(address(vault)), held + AMOUNT);
            assertEq(vault.creditOf(consumer.addr), credit + AMOUNT - PRICE);
            assertEq(vault.ledgerOf(address(market)), ledger + PRICE);
        }
    }

    // --- Arranging. ---

    function _orderOver(uint8 lane, address from) private returns (Order memory order) {
        order = _order();
        order.lane = lane;
        order.consumer = from;
    }

    function _permit2Of(Order memory order) private returns (Payment memory) {
        return _permit2Payment(consumer, AMOUNT, _structHashOf(order), market.hashOrder(order), address(vault));
    }

    function _permitOf(Order memory order) private view returns (Payment memory) {
        return _permitPayment(AMOUNT, signature(consumer.key, market.hashOrder(order)));
    }

    function _deposit(Order memory order, bytes32 orderHash) private returns (address deposit) {
        deposit = deposits.addressOf(orderHash, order.consumer, order.orderDeadline);
        vm.prank(consumer.addr);
        dollar.transfer(deposit, AMOUNT);
    }

    function _open(Order memory order, Payment memory payment) private returns (uint64) {
        Offer memory offer = _offer();
        bytes memory signed = _signOffer(device, offer);
        vm.prank(matcher.addr);
        return market.open(order, payment, offer, signed);
    }

    function _expectOpenRefused(Order memory order, Payment memory payment, bytes memory refusal) private {
        Offer memory offer = _offer();
        bytes memory signed = _signOffer(device, offer);
        vm.expectRevert(refusal);
        vm.prank(matcher.addr);
        market.open(order, payment, offer, signed);
    }

    function _split(bytes memory signed) private pure returns (uint8 v, bytes32 r, bytes32 s) {
        assembly ("memory-safe") {
            r := mload(add(signed, 32))
            s := mload(add(signed, 64))
            v := byte(0, mload(add(signed, 96)))
        }
    }

    /// @dev AMOUNT left the wallet; the price is in escrow, and what is over is credit.
    function assertPaid(uint64 jobId, address from) private view {
        assertState(jobId, JobState.ASSIGNED);
        assertEq(dollar.balanceOf(from), 1_000e6 - AMOUNT, "the payer's");
        assertEq(vault.ledgerOf(address(market)), PRICE, "in escrow");
    }
}
