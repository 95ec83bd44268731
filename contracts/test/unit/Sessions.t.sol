// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRateBook, JobState, Offer, Order, Payment, RateWorld, VoucherClaim} from "../RateWorld.sol";

/// @title Sessions: escrow for one acceptor, cumulative vouchers, stopping
contract SessionsTest is RateWorld {
    function test_open_reservesTheEscrowForOneAcceptorAndLocksNoStake() public {
        uint256 credit = vault.creditOf(consumer.addr);
        Metered memory made = _session();
        assertGt(made.id >> 63, 0, "bit 63");
        assertEq(vault.creditOf(consumer.addr), credit - ESCROW);
        assertEq(vault.ledgerOf(address(rate)), ESCROW);
        IRateBook.RateView memory shown = rate.job(made.id);
        assertTrue(shown.session);
        assertEq(shown.funded, ESCROW);
        assertEq(shown.runUntil, _now() + 600);
        assertEq(shown.closesAt, _now() + 600 + CLOSE_S);
        (, uint96 locked,,) = stake.stakeOf(provider.addr);
        assertEq(locked, 0);
        (, uint32 active, uint96 volume) = rate.deviceOf(device.addr);
        assertEq(active, 1);
        assertEq(volume, ESCROW);
    }

    function test_open_byOneWalletSignature() public {
        Order memory order = _unitOrder();
        order.lane = 1;
        Metered memory made = _open(order, _unitOffer(2));
        assertEq(vault.ledgerOf(address(rate)), ESCROW);
        assertRateState(made.id, JobState.RUNNING);
    }

    function test_open_refusesTheSameOrderTwice() public {
        Order memory order = _unitOrder();
        Metered memory made = _open(order, _unitOffer(2));
        Offer memory other = _unitOffer(2);
        Metered memory again = _metered(order, other);
        Payment memory payment = _ratePayment(order);
        bytes memory accepted = _acceptOf(again, device);
        vm.prank(matcher.addr);
        vm.expectRevert(abi.encodeWithSelector(IRateBook.OrderConsumed.selector, made.id));
        rate.open(order, payment, other, "input", accepted);
    }

    function test_open_refusesWithoutTheDevicesAccept() public {
        Order memory order = _unitOrder();
        Offer memory offer = _unitOffer(2);
        Metered memory made = _metered(order, offer);
        Payment memory payment = _ratePayment(order);
        bytes memory accepted = _acceptOf(made, stranger);
        vm.prank(matcher.addr);
        vm.expectRevert(abi.encodeWithSelector(IRateBook.WrongSigner.selector, stranger.addr, device.addr));
        rate.open(order, payment, offer, "input", accepted);
    }

    function test_open_refusesWhatDoesNotFit() public {
        Order memory order = _unitOrder();
        Offer memory offer = _unitOffer(0);
        _refuseOpen(order, offer, abi.encodeWithSelector(IRateBook.UnsupportedUnit.selector, 0));
        offer = _unitOffer(2);
        offer.price = UNIT_PRICE + 1;
        _refuseOpen(order, offer, abi.encodeWithSelector(IRateBook.PriceTooHigh.selector, UNIT_PRICE + 1, UNIT_PRICE));
        offer = _unitOffer(2);
        offer.durationMaxS = 599;
        _refuseOpen(order, offer, abi.encodeWithSelector(IRateBook.DurationOutOfRange.selector, 600, 10, 599));
        offer = _unitOffer(2);
        offer.volumeMax = ESCROW - 1;
        _refuseOpen(order, offer, abi.encodeWithSelector(IRateBook.OfferVolumeExceeded.selector, ESCROW, ESCROW - 1));
        offer = _unitOffer(2);
        offer.concurrentMax = 0;
        _refuseOpen(order, offer, abi.encodeWithSelector(IRateBook.DeviceBusy.selector, 1, 0));
        offer = _unitOffer(2);
        offer.expiry = _now() - 1;
        _refuseOpen(order, offer, abi.encodeWithSelector(IRateBook.OfferExpired.selector, _now(), _now() - 1));
        offer = _unitOffer(2);
        order.callback = address(1);
        _refuseOpen(order, offer, abi.encodeWithSelector(IRateBook.UnsupportedCallback.selector, address(1)));
        order = _unitOrder();
        order.feeBpsMax = 249;
        _refuseOpen(order, offer, abi.encodeWithSelector(IRateBook.FeeAboveBound.selector, 250, 249));
        order = _unitOrder();
        order.matcher = stranger.addr;
        _refuseOpen(order, offer, abi.encodeWithSelector(IRateBook.NotMatcher.selector, matcher.addr, stranger.addr));
        order.matcher = address(0);
        _refuseOpen(order, offer, abi.encodeWithSelector(IRateBook.NobodyMayJoin.selector));
        order = _unitOrder();
        order.offerHash = "another";
        _refuseOpen(
            order, offer, abi.encodeWithSelector(IRateBook.WrongOffer.selector, rate.hashOffer(offer), order.offerHash)
        );
    }

    function test_open_refusesOffersBelowTheNonceFloor() public {
        Offer memory offer = _unitOffer(2);
        vm.prank(device.addr);
        rate.raiseNonceFloor(device.addr, offer.nonce + 1);
        _refuseOpen(
            _unitOrder(), offer, abi.encodeWithSelector(IRateBook.OfferWithdrawn.selector, offer.nonce, offer.nonce + 1)
        );
    }

    function test_open_refusesWhilePaused_exitsWork() public {
        Metered memory made = _session();
        vm.prank(guardian.addr);
        rate.pauseNewJobs();
        _refuseOpen(_unitOrder(), _unitOffer(2), abi.encodeWithSelector(IRateBook.NewJobsArePaused.selector));
        _claim(made, 5_000);
        vm.prank(guardian.addr);
        vm.expectPartialRevert(IRateBook.PausedTooRecently.selector);
        rate.pauseNewJobs();
        vm.prank(governor.addr);
        rate.resumeNewJobs();
        _session();
    }

    // --- Vouchers. ---

    function test_claim_paysTheDifferenceAtOnce() public {
        Metered memory made = _session();
        _claim(made, 40_000);
        assertEq(vault.creditOf(provider.addr), 39_000);
        assertEq(vault.creditOf(treasury), 1_000);
        vm.prank(stranger.addr); // anybody may bring it
        rate.claim(_voucher(made, 100_000));
        assertEq(vault.creditOf(provider.addr), 97_500);
        assertEq(vault.creditOf(stranger.addr), 0);
        assertEq(rate.job(made.id).paid, 100_000);
        assertEq(vault.ledgerOf(address(rate)), ESCROW - 100_000);
    }

    function test_claim_neverFallsAndNeverTwice() public {
        Metered memory made = _session();
        _claim(made, 40_000);
        _refuseClaim(_voucher(made, 40_000), 40_000);
        _refuseClaim(_voucher(made, 39_999), 40_000);
    }

    function test_claim_isBoundedByTheEscrow() public {
        Metered memory made = _session();
        Metered memory other = _session();
        _claim(made, ESCROW * 5);
        assertEq(rate.job(made.id).paid, ESCROW);
        assertEq(vault.ledgerOf(address(rate)), ESCROW, "the other session's escrow is untouched");
        _claim(other, ESCROW);
    }

    function test_claim_refusesAVoucherForAnotherAcceptorJobOrChain() public {
        Metered memory made = _session();
        Metered memory other = _session();
        VoucherClaim memory voucher = _voucher(made, 40_000);
        voucher.jobId = other.id;
        voucher.card = other.card;
        _refuseClaim(voucher, 0);
        voucher = _voucher(made, 40_000);
        voucher.card.provider = stranger.addr;
        _refuseClaim(voucher, 0);
        voucher.signature = signature(consumer.key, rate.hashVoucher(made.id, stranger.addr, 40_000));
        _refuseClaim(voucher, 0);
        voucher = _voucher(made, 40_000);
        vm.chainId(999);
        _refuseClaim(voucher, 0);
    }

    function test_claim_refusesTheProvidersOwnSignature() public {
        Metered memory made = _session();
        VoucherClaim memory voucher = _voucher(made, 40_000);
        voucher.signature = signature(provider.key, rate.hashVoucher(made.id, provider.addr, 40_000));
        _refuseClaim(voucher, 0);
    }

    function test_claim_acceptsAContractWallet() public {
        address wallet = deploy("PasswordWallet.sol:PasswordWallet", abi.encode(consumer.addr));
        _fundCredit(wallet, 10e6);
        Order memory order = _unitOrder();
        order.consumer = wallet;
        Offer memory offer = _unitOffer(2);
        Metered memory made = _metered(order, offer);
        bytes memory accepted = _acceptOf(made, device);
        bytes memory signed = bytes.concat(hex"01", signature(consumer.key, rate.hashOrder(order)));
        vm.prank(matcher.addr);
        rate.open(order, Payment(0, 0, signed), offer, "input", accepted);
        VoucherClaim memory voucher = _voucher(made, 40_000);
        _refuseClaim(voucher, 0);
        voucher.signature = bytes.concat(hex"01", voucher.signature);
        rate.claim(voucher);
        assertEq(vault.creditOf(provider.addr), 39_000);
    }

    function test_claimBatch_skipsWhatCannotBePaid() public {
        Metered memory first = _session();
        Metered memory second = _session();
        VoucherClaim[] memory vouchers = new VoucherClaim[](4);
        vouchers[0] = _voucher(first, 40_000);
        vouchers[1] = _voucher(first, 40_000);
        vouchers[2] = _voucher(second, 80_000);
        vouchers[2].signature = "";
        vouchers[3] = _voucher(second, 20_000);
        vm.expectEmit(address(rate));
        emit IRateBook.VoucherSkipped(first.id);
        vm.expectEmit(address(rate));
        emit IRateBook.VoucherSkipped(second.id);
        assertEq(rate.claimBatch(vouchers), 2);
        assertEq(vault.creditOf(provider.addr), 58_500);
        assertEq(vault.creditOf(treasury), 1_500);
    }

    // --- Stopping and closing. ---

    function test_stop_leavesTheNoticeAndTheWindowToClaim() public {
        Metered memory made = _session();
        vm.prank(consumer.addr);
        rate.stop(made.id, made.card);
        assertEq(rate.job(made.id).runUntil, _now() + NOTICE_S);
        uint256 until = uint256(_now()) + NOTICE_S + CLOSE_S;
        skip(NOTICE_S + CLOSE_S);
        vm.expectRevert(abi.encodeWithSelector(IRateBook.DeadlineNotPassed.selector, until, until));
        rate.close(_shownJob(made));
        _claim(made, 300_000);
        skip(1);
        uint256 credit = vault.creditOf(consumer.addr);
        vm.prank(stranger.addr);
        _close(made);
        assertEq(vault.creditOf(consumer.addr), credit + ESCROW - 300_000);
        assertRateState(made.id, JobState.REFUNDED);
        assertEq(vault.ledgerOf(address(rate)), 0);
        (, uint32 active,) = rate.deviceOf(device.addr);
        assertEq(active, 0);
        _refuseClaim(_voucher(made, 400_000), 300_000);
    }

    function test_stop_onlyOnceAndOnlyByAParty() public {
        Metered memory made = _session();
        vm.prank(stranger.addr);
        vm.expectRevert(abi.encodeWithSelector(IRateBook.NotParty.selector, stranger.addr));
        rate.stop(made.id, made.card);
        vm.startPrank(consumer.addr);
        rate.stop(made.id, made.card);
        skip(30);
        vm.expectRevert(abi.encodeWithSelector(IRateBook.AlreadyStopping.selector, made.id));
        rate.stop(made.id, made.card);
    }

    function test_stop_neverProlongs() public {
        Metered memory made = _session();
        skip(550);
        uint40 runUntil = rate.job(made.id).runUntil;
        vm.prank(consumer.addr);
        rate.stop(made.id, made.card);
        assertEq(rate.job(made.id).runUntil, runUntil);
    }

    function test_close_afterTheWindowOnly_byAnyone() public {
        Metered memory made = _session();
        skip(600 + CLOSE_S);
        vm.expectPartialRevert(IRateBook.DeadlineNotPassed.selector);
        rate.close(_shownJob(made));
        skip(1);
        _refuseClaim(_voucher(made, 1_000), 0);
        _close(made);
        vm.expectRevert(abi.encodeWithSelector(IRateBook.WrongState.selector, made.id, JobState.REFUNDED));
        rate.close(_shownJob(made));
    }

    function test_close_byTheProviderOfASessionAtAnyTime() public {
        Metered memory made = _session();
        _claim(made, 300_000);
        uint256 credit = vault.creditOf(consumer.addr);
        vm.prank(provider.addr);
        _close(made);
        assertEq(vault.creditOf(consumer.addr), credit + ESCROW - 300_000);
    }

    function test_closeWindow_growsWithTheMoney() public {
        Order memory order = _unitOrder();
        order.amount = 40e6;
        Metered memory made = _open(order, _unitOffer(2));
        assertEq(rate.job(made.id).closesAt, _now() + 600 + 4 * CLOSE_S);
    }

    function test_cards_ofOtherJobsAreRefused() public {
        Metered memory made = _session();
        made.card.consumer = stranger.addr;
        vm.prank(stranger.addr);
        vm.expectRevert(abi.encodeWithSelector(IRateBook.WrongBinding.selector, made.id));
        rate.stop(made.id, made.card);
        vm.expectRevert(abi.encodeWithSelector(IRateBook.WrongState.selector, 5, JobState.NONE));
        rate.stop(5, made.card);
    }

    // --- Top-ups. ---

    function test_topUp_addsToTheEscrowOnce() public {
        Metered memory made = _session();
        bytes memory signed = signature(consumer.key, rate.hashTopUp(made.id, ESCROW, 500_000));
        vm.prank(stranger.addr);
        rate.topUp(made.id, made.card, ESCROW, 500_000, 0, Payment(0, 0, signed));
        assertEq(rate.job(made.id).funded, 1_500_000);
        vm.expectRevert(abi.encodeWithSelector(IRateBook.WrongFunded.selector, ESCROW, 1_500_000));
        rate.topUp(made.id, made.card, ESCROW, 500_000, 0, Payment(0, 0, signed));
        vm.expectRevert(abi.encodeWithSelector(IRateBook.WrongConsumerSignature.selector, consumer.addr));
        rate.topUp(made.id, made.card, 1_500_000, 500_000, 0, Payment(0, 0, signed));
        Payment memory payment = _authorisation(consumer, 200_000, rate.hashTopUp(made.id, 1_500_000, 200_000));
        rate.topUp(made.id, made.card, 1_500_000, 200_000, 1, payment);
        _claim(made, 1_700_000);
        assertEq(vault.ledgerOf(address(rate)), 0);
    }

    function test_topUp_refusesAJobThatStopsOrIsOver() public {
        Metered memory made = _session();
        vm.startPrank(consumer.addr);
        rate.stop(made.id, made.card);
        vm.expectRevert(abi.encodeWithSelector(IRateBook.AlreadyStopping.selector, made.id));
        rate.topUp(made.id, made.card, ESCROW, 1, 0, Payment(0, 0, ""));
        vm.stopPrank();
        made = _session();
        skip(601);
        vm.prank(consumer.addr);
        vm.expectPartialRevert(IRateBook.DeadlinePassed.selector);
        rate.topUp(made.id, made.card, ESCROW, 1, 0, Payment(0, 0, ""));
    }

    /// @dev A report cannot end a session, whose pay is the consumer's word alone.
    function test_verdicts_ofASessionAreSkipped() public {
        Metered memory made = _session();
        _report(made, FRAUD, 0);
        assertRateState(made.id, JobState.RUNNING);
        _claim(made, 1_000);
    }

    function _refuseOpen(Order memory order, Offer memory offer, bytes memory reason) private {
        Payment memory payment = _ratePayment(order);
        bytes memory accepted = _acceptOf(_metered(order, offer), device);
        vm.prank(matcher.addr);
        vm.expectRevert(reason);
        rate.open(order, payment, offer, "input", accepted);
    }

    function _refuseClaim(VoucherClaim memory voucher, uint96 paid) private {
        vm.expectRevert(
            abi.encodeWithSelector(IRateBook.NothingToClaim.selector, voucher.jobId, voucher.cumulative, paid)
        );
        rate.claim(voucher);
    }
}
