// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDisputable, Ruling} from "../../src/interfaces/IDisputable.sol";
import {IInsurancePool} from "../../src/interfaces/IInsurancePool.sol";
import {IMeteredMarket} from "../../src/interfaces/ISettledMarket.sol";
import {IRateBook, JobState, Offer, Order, Payment, RateOutcome, RateWorld} from "../RateWorld.sol";
import {ISettlement} from "../World.sol";

/// @title RATE jobs: time, checkpoints, ends, and the court
contract RateJobsTest is RateWorld {
    bytes32 private constant RESULT = keccak256("result");

    function test_open_locksStakeForTheEscrowAndRunsAsLongAsTheMoney() public {
        Metered memory made = _rented();
        assertEq(rate.job(made.id).runUntil, _now() + 1_000);
        assertEq(_locked(), ESCROW / 2 + SPARE);
        assertEq(rate.job(made.id).locked, _locked());
    }

    function test_open_refusesTimesThatTheOfferDoesNotTake() public {
        Order memory order = _unitOrder();
        order.amount = 3_601 * UNIT_PRICE;
        Metered memory made = _metered(order, _unitOffer(1));
        Payment memory payment = _ratePayment(order);
        bytes memory accepted = _acceptOf(made, device);
        vm.prank(matcher.addr);
        vm.expectRevert(abi.encodeWithSelector(IRateBook.DurationOutOfRange.selector, 3_601, 10, 3_600));
        rate.open(order, payment, made.offer, "input", accepted);
    }

    function test_topUp_prolongsAndLocksMore() public {
        Metered memory made = _rented();
        uint40 until = rate.job(made.id).runUntil;
        vm.prank(consumer.addr);
        rate.topUp(made.id, made.card, ESCROW, 500_000, 0, Payment(0, 0, ""));
        assertEq(rate.job(made.id).runUntil, until + 500);
        assertEq(_locked(), 750_000 + SPARE);
    }

    // --- Checkpoints. ---

    function test_checkpoint_paysTheDifferenceIntoBuckets() public {
        Metered memory made = _rented();
        skip(400);
        _report(made, CHECKPOINT, 400_000);
        assertRateState(made.id, JobState.CHECKPOINTED);
        (uint256 amount, uint256 lock) = settlement.pendingOf(provider.addr);
        assertEq(amount, 390_000);
        assertEq(lock, 200_000);
        assertEq(vault.ledgerOf(address(rate)), 600_000);
        skip(601);
        _report(made, CHECKPOINT, 700_000);
        _passFinality();
        settlement.claim(provider.addr);
        assertEq(vault.creditOf(provider.addr), 682_500);
        assertEq(_locked(), 150_000 + SPARE);
    }

    function test_checkpoint_isBoundedByTimeAndMoneyAndNeverFalls() public {
        Metered memory made = _rented();
        skip(100);
        _report(made, CHECKPOINT, 100_001);
        assertRateState(made.id, JobState.RUNNING);
        _report(made, CHECKPOINT, 100_000);
        assertRateState(made.id, JobState.CHECKPOINTED);
        skip(601);
        _report(made, CHECKPOINT, 100_000);
        _report(made, OK, 99_999);
        assertEq(rate.job(made.id).paid, 100_000);
        skip(500);
        _report(made, OK, ESCROW + 1);
        assertRateState(made.id, JobState.CHECKPOINTED);
    }

    function test_checkpoint_waitsForTheLastOnesWindow() public {
        Metered memory made = _rented();
        skip(100);
        _report(made, CHECKPOINT, 100_000);
        skip(600);
        _report(made, CHECKPOINT, 200_000);
        assertEq(rate.job(made.id).paid, 100_000);
        skip(1);
        _report(made, CHECKPOINT, 200_000);
        assertEq(rate.job(made.id).paid, 200_000);
    }

    function test_verdict_ofAnotherEpochOrAfterTheEndIsSkipped() public {
        Metered memory made = _rented();
        skip(1_000 + CLOSE_S + 1);
        _report(made, OK, ESCROW);
        assertRateState(made.id, JobState.RUNNING);
        _close(made);
        assertRateState(made.id, JobState.REFUNDED);
        assertEq(_locked(), 0);
    }

    function test_verdict_withAWrongCardIsSkippedAndNamed() public {
        Metered memory made = _rented();
        cards[made.id].provider = stranger.addr;
        _report(made, OK, 0);
        assertRateState(made.id, JobState.RUNNING);
        cards[made.id] = made.card;
        _report(made, OK, 0);
        assertRateState(made.id, JobState.REPORTED);
    }

    // --- Ends. ---

    function test_ok_paysAndGivesTheRestBack() public {
        Metered memory made = _rented();
        skip(300);
        _report(made, OK, 300_000);
        (uint256 amount,) = settlement.pendingOf(consumer.addr);
        assertEq(amount, 700_000);
        assertEq(_locked(), 500_000, "the spare is free at once");
        _passFinality();
        settlement.claim(provider.addr);
        assertEq(vault.creditOf(provider.addr), 292_500);
        assertEq(_locked(), 0);
        assertRateState(made.id, JobState.FINAL);
        (, uint32 active,) = rate.deviceOf(device.addr);
        assertEq(active, 0);
    }

    function test_failed_givesAllThatIsLeftBack() public {
        Metered memory made = _rented();
        skip(300);
        _report(made, CHECKPOINT, 300_000);
        _report(made, FAILED, 0);
        (uint256 amount,) = settlement.pendingOf(consumer.addr);
        assertEq(amount, 700_000);
        assertEq(rate.job(made.id).paid, 300_000, "a checkpoint's pay stays");
    }

    /// @dev As a job with a fixed price: slashBps of what was at stake, and its consumer is compensated.
    function test_fraud_isSlashedAfterTheWindowAndCompensated() public {
        Metered memory made = _rented();
        _report(made, FRAUD, 0);
        uint40 until = _now() + 600;
        bytes memory shown = abi.encode(made.id, made.card, RateOutcome(FRAUD, 0, ESCROW, 0, until, true));
        vm.expectRevert(abi.encodeWithSelector(IRateBook.DeadlineNotPassed.selector, _now(), until));
        settlement.slashMetered(shown);
        skip(601);
        uint256 credit = vault.creditOf(consumer.addr);
        vm.expectEmit(address(settlement));
        emit ISettlement.JobSlashed(made.id, provider.addr, 2 * ESCROW, ESCROW, ESCROW / 2, ESCROW / 2);
        vm.prank(stranger.addr);
        settlement.slashMetered(shown);
        (uint96 staked,,,) = stake.stakeOf(provider.addr);
        assertEq(staked, STAKE - 2 * ESCROW);
        assertEq(_locked(), 0);
        assertEq(vault.creditOf(consumer.addr), credit + ESCROW, "compensation");
        vm.expectRevert(abi.encodeWithSelector(IRateBook.AlreadySlashed.selector, made.id));
        settlement.slashMetered(shown);
        _passFinality();
        settlement.claim(consumer.addr);
        assertEq(vault.creditOf(consumer.addr), credit + 2 * ESCROW, "and all money back");
    }

    function test_slashMetered_leavesTheLocksOfOtherJobs() public {
        Metered memory other = _rented();
        uint96 locked = _locked();
        Metered memory made = _rented();
        _report(made, FRAUD, 0);
        uint40 until = _now() + 600;
        skip(601);
        settlement.slashMetered(abi.encode(made.id, made.card, RateOutcome(FRAUD, 0, ESCROW, 0, until, true)));
        assertEq(_locked(), locked);
        assertEq(rate.job(other.id).locked, locked);
    }

    function test_takeFraud_refusesAnyoneButSettlement() public {
        Metered memory made = _rented();
        _report(made, FRAUD, 0);
        bytes memory shown = abi.encode(made.id, made.card, RateOutcome(FRAUD, 0, ESCROW, 0, _now() + 600, true));
        skip(601);
        vm.expectRevert(abi.encodeWithSelector(IRateBook.NotSettlement.selector, address(this), address(settlement)));
        IMeteredMarket(address(rate)).takeFraud(shown);
    }

    /// @dev A checkpoint that was a fraud is slashed for itself, and the rest of the lock is taken: both parts of
    /// insurance are this job's.
    function test_fraud_ofACheckpointCreditsInsuranceWithBothParts() public {
        address pool = deploy(
            "InsurancePool.sol:InsurancePool",
            abi.encode(vault, stake, governor.addr, market, rate, settlement, 30 days)
        );
        vm.etch(insurance, pool.code);
        _addModule(insurance);
        Order memory order = _unitOrder();
        Offer memory offer = _unitOffer(1);
        uint64 jobId = _metered(order, offer).id;
        vm.prank(consumer.addr);
        IInsurancePool(insurance).buy(jobId, 1_000, 10e6);
        Metered memory made = _open(order, offer);
        skip(400);
        _report(made, CHECKPOINT, 400_000);
        bytes memory shown = _shownOf(made, CHECKPOINT, 400_000, 400_000, false);
        vm.prank(court);
        settlementDisputes().openDispute(shown, _now() + 2_000);
        _resolve(shown, FRAUD, 0);
        (,,, uint96 contributed,) = IInsurancePool(insurance).coverOf(jobId, consumer.addr);
        assertEq(contributed, 200_000 + 150_500, "a quarter of 800,000, half of the rest's lock of 301,000");
        assertEq(IInsurancePool(insurance).pay(jobId, consumer.addr), 1_000 + 350_500);
    }

    function test_slashMetered_refusesWhatIsNoFraud() public {
        Metered memory made = _rented();
        skip(10);
        _report(made, OK, 10_000);
        RateOutcome memory outcome = RateOutcome(OK, 10_000, ESCROW, RESULT, _now() + 600, true);
        skip(601);
        vm.expectRevert(abi.encodeWithSelector(IRateBook.NotFraud.selector, made.id));
        settlement.slashMetered(abi.encode(made.id, made.card, outcome));
        outcome.code = FRAUD;
        vm.expectRevert(abi.encodeWithSelector(IRateBook.WrongBinding.selector, made.id));
        settlement.slashMetered(abi.encode(made.id, made.card, outcome));
    }

    /// @dev A provider who fears a report cannot end the job before it.
    function test_close_ofARateJobByItsProviderWaitsToo() public {
        Metered memory made = _rented();
        vm.startPrank(provider.addr);
        vm.expectPartialRevert(IRateBook.DeadlineNotPassed.selector);
        rate.close(_shownJob(made));
        rate.stop(made.id, made.card);
        assertEq(rate.job(made.id).runUntil, _now());
        vm.expectPartialRevert(IRateBook.DeadlineNotPassed.selector);
        rate.close(_shownJob(made));
        vm.stopPrank();
        _report(made, FRAUD, 0);
        assertRateState(made.id, JobState.REPORTED);
    }

    function test_close_waitsForACheckpointsWindow() public {
        Metered memory made = _rented();
        skip(1_000 + CLOSE_S);
        _report(made, CHECKPOINT, 900_000);
        skip(600);
        vm.expectPartialRevert(IRateBook.DeadlineNotPassed.selector);
        rate.close(_shownJob(made));
        skip(1);
        _close(made);
        assertEq(_locked(), 450_000, "only the checkpoint's, until its bucket is claimed");
    }

    function test_vouchersAndCheckpointsCountTogether() public {
        Metered memory made = _rented();
        _claim(made, 50_000);
        skip(100);
        _report(made, CHECKPOINT, 100_000);
        (uint256 amount,) = settlement.pendingOf(provider.addr);
        assertEq(amount, 48_750);
        _claim(made, 150_000);
        assertEq(vault.ledgerOf(address(rate)), 850_000);
        _report(made, OK, 150_000);
        _passFinality();
        settlement.claim(provider.addr);
        assertEq(_locked(), 0);
        assertEq(vault.creditOf(provider.addr), 146_250);
    }

    // --- Disputes, over the real Settlement. ---

    function test_dispute_ofACheckpoint_upheldGoesOn() public {
        Metered memory made = _rented();
        skip(400);
        _report(made, CHECKPOINT, 400_000);
        bytes memory shown = _shownOf(made, CHECKPOINT, 400_000, 400_000, false);
        vm.prank(court);
        settlementDisputes().openDispute(shown, _now() + 2_000);
        assertRateState(made.id, JobState.DISPUTED);
        (uint256 amount, uint256 lock) = settlement.pendingOf(provider.addr);
        assertEq(amount, 0);
        assertEq(lock, 0);
        _claim(made, 450_000); // time does not run out, vouchers are paid
        _resolve(shown, OK, 400_000);
        assertRateState(made.id, JobState.CHECKPOINTED);
        (amount, lock) = settlement.pendingOf(provider.addr);
        assertEq(amount, 390_000);
        assertEq(lock, 200_000);
        skip(601);
        _report(made, OK, 1_000_000);
        _passFinality();
        settlement.claim(provider.addr);
        assertEq(vault.creditOf(provider.addr), 975_000);
        assertEq(_locked(), 0);
        assertEq(vault.ledgerOf(address(rate)), 0);
    }

    function test_dispute_ofACheckpoint_fraudEndsTheJobAndTakesItsLock() public {
        Metered memory made = _rented();
        skip(400);
        _report(made, CHECKPOINT, 400_000);
        bytes memory shown = _shownOf(made, CHECKPOINT, 400_000, 400_000, false);
        vm.prank(court);
        settlementDisputes().openDispute(shown, _now() + 2_000);
        uint256 credit = vault.creditOf(consumer.addr);
        _resolve(shown, FRAUD, 0);
        assertRateState(made.id, JobState.FINAL);
        (uint96 staked,,,) = stake.stakeOf(provider.addr);
        assertLe(staked, STAKE - 800_000 - 300_000, "slashed for the checkpoint; the rest's lock taken");
        assertEq(_locked(), 0);
        _passFinality();
        settlement.claim(consumer.addr);
        assertEq(vault.creditOf(consumer.addr), credit + ESCROW + 400_000, "all money back, and compensation");
        assertEq(vault.ledgerOf(address(rate)), 0);
    }

    function test_dispute_ofAFraud_overturnedPaysAndFreesTheLock() public {
        Metered memory made = _rented();
        skip(400);
        _report(made, FRAUD, 0);
        bytes memory shown = _shownOf(made, FRAUD, 0, ESCROW, true);
        vm.prank(court);
        settlementDisputes().openDispute(shown, _now() + 2_000);
        _resolve(shown, PARTIAL, 400_000);
        _passFinality();
        settlement.claim(provider.addr);
        settlement.claim(consumer.addr);
        assertEq(vault.creditOf(provider.addr), 390_000);
        assertEq(_locked(), 0);
        (uint96 staked,,,) = stake.stakeOf(provider.addr);
        assertEq(staked, STAKE);
    }

    function test_dispute_refusesAfterTheWindowAndWrongRulings() public {
        Metered memory made = _rented();
        skip(400);
        _report(made, OK, 400_000);
        bytes memory shown = _shownOf(made, OK, 400_000, ESCROW, true);
        vm.prank(court);
        settlementDisputes().openDispute(shown, _now() + 2_000);
        vm.prank(court);
        vm.expectRevert(abi.encodeWithSelector(IRateBook.WrongRuling.selector, PARTIAL, ESCROW));
        settlementDisputes().resolveDispute(shown, Ruling(PARTIAL, ESCROW, address(0), 0));
        skip(2_000);
        vm.expectPartialRevert(IRateBook.DeadlineNotPassed.selector);
        settlementDisputes().expireDispute(shown);
        skip(1);
        settlementDisputes().expireDispute(shown);
        assertRateState(made.id, JobState.FINAL);
        made = _rented();
        skip(400);
        _report(made, OK, 400_000);
        shown = _shownOf(made, OK, 400_000, ESCROW, true);
        skip(601);
        vm.prank(court);
        vm.expectPartialRevert(IRateBook.DeadlinePassed.selector);
        settlementDisputes().openDispute(shown, _now() + 2_000);
    }

    function settlementDisputes() private view returns (IDisputable) {
        return IDisputable(address(settlement));
    }

    function _resolve(bytes memory shown, uint8 code, uint96 paid) private {
        vm.prank(court);
        settlementDisputes().resolveDispute(shown, Ruling(code, paid, address(0), 0));
    }

    function _shownOf(Metered memory made, uint8 code, uint96 paid, uint96 price, bool last)
        private
        view
        returns (bytes memory)
    {
        bytes32 result = paid > 0 ? RESULT : bytes32(0);
        return abi.encode(made.id, made.card, RateOutcome(code, paid, price, result, _now() + 600, last));
    }

    function _locked() private view returns (uint96 locked) {
        (, locked,,) = stake.stakeOf(provider.addr);
    }
}
