// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobOutcome} from "../../src/interfaces/AssayTypes.sol";
import {DisputedJob, IDisputable, Ruling} from "../../src/interfaces/IDisputable.sol";
import {IJobBook} from "../../src/interfaces/IJobBook.sol";
import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {JobState, World} from "../World.sol";

/// @title What a court may do to a reported job; the court is an account here
contract DisputesTest is World {
    IDisputable private _disputable;

    function setUp() public override {
        super.setUp();
        _disputable = IDisputable(address(settlement));
    }

    function test_openDispute_refusesAnyoneButTheCourt() public {
        bytes memory shown = _shown(_settled(OK, PRICE), OK, PRICE);
        vm.expectRevert(abi.encodeWithSelector(IDisputable.NotCourt.selector, stranger.addr, court));
        vm.prank(stranger.addr);
        _disputable.openDispute(shown, START + 2_000);
    }

    function test_openDispute_refusesAfterTheChallengeWindow() public {
        bytes memory shown = _shown(_settled(OK, PRICE), OK, PRICE);
        skip(601);
        _expectOpenRefused(shown, abi.encodeWithSelector(IJobBook.DeadlinePassed.selector, START + 601, START + 600));
    }

    function test_openDispute_refusesAnotherOutcomeThanReported() public {
        Job memory made = _settled(OK, PRICE);
        bytes memory shown = _shown(made, PARTIAL, 1);
        _expectOpenRefused(shown, abi.encodeWithSelector(IJobBook.WrongBinding.selector, made.id));
    }

    function test_openDispute_refusesARunningJob() public {
        Job memory made = _running();
        bytes memory shown = _shown(made, OK, PRICE);
        _expectOpenRefused(shown, abi.encodeWithSelector(IJobBook.WrongState.selector, made.id, JobState.RUNNING));
    }

    function test_openDispute_refusesADeadlineWithinTheWindow() public {
        bytes memory shown = _shown(_settled(OK, PRICE), OK, PRICE);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.ResolveTooEarly.selector, START + 600, START + 600));
        vm.prank(court);
        _disputable.openDispute(shown, START + 600);
    }

    function test_openDispute_refusesASecondTime() public {
        Job memory made = _settled(OK, PRICE);
        bytes memory shown = _open(made, OK, PRICE);
        _expectOpenRefused(shown, abi.encodeWithSelector(IJobBook.WrongState.selector, made.id, JobState.DISPUTED));
    }

    function test_openDispute_refusesMeteredJobsWhereThereIsNoMarketForThem() public {
        uint64 jobId = 1 << 63 | 5;
        _expectOpenRefused(abi.encode(jobId), abi.encodeWithSelector(ISettlement.NoMeteredMarket.selector, jobId));
    }

    function test_openDispute_refusesLessThanAnId() public {
        _expectOpenRefused(new bytes(31), abi.encodeWithSelector(ISettlement.WrongShown.selector, 31));
    }

    function test_resolveDispute_refusesAnyoneButTheCourt() public {
        bytes memory shown = _open(_settled(OK, PRICE), OK, PRICE);
        vm.expectRevert(abi.encodeWithSelector(IDisputable.NotCourt.selector, stranger.addr, court));
        vm.prank(stranger.addr);
        _disputable.resolveDispute(shown, Ruling(FRAUD, 0, address(0), 0));
    }

    function test_resolveDispute_refusesPayThatDoesNotGoWithTheCode() public {
        bytes memory shown = _open(_settled(OK, PRICE), OK, PRICE);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongRuling.selector, FRAUD, 1));
        vm.prank(court);
        _disputable.resolveDispute(shown, Ruling(FRAUD, 1, address(0), 0));
    }

    function test_resolveDispute_refusesCheckpointsOfAFixedPrice() public {
        bytes memory shown = _open(_settled(OK, PRICE), OK, PRICE);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongRuling.selector, CHECKPOINT, 0));
        vm.prank(court);
        _disputable.resolveDispute(shown, Ruling(CHECKPOINT, 0, address(0), 0));
    }

    function test_resolveDispute_refusesAJobThatIsNotDisputed() public {
        Job memory made = _settled(OK, PRICE);
        bytes memory shown = _shown(made, OK, PRICE);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongState.selector, made.id, JobState.REPORTED));
        vm.prank(court);
        _disputable.resolveDispute(shown, Ruling(OK, PRICE, address(0), 0));
    }

    function test_expireDispute_refusesBeforeResolveUntil() public {
        bytes memory shown = _open(_settled(OK, PRICE), OK, PRICE);
        vm.warp(START + 5_000);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.DeadlineNotPassed.selector, START + 5_000, START + 5_000));
        _disputable.expireDispute(shown);
    }

    function test_marketsDisputeMoves_refuseAnyoneButSettlement() public {
        bytes memory shown = _shown(_settled(OK, PRICE), OK, PRICE);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.NotSettlement.selector, court, address(settlement)));
        vm.prank(court);
        IDisputable(address(market)).openDispute(shown, START + 5_000);
    }

    function test_disputedJob_tellsTheCourtWhatTheJobIs() public {
        Job memory made = _settled(PARTIAL, 4e6);
        DisputedJob memory job = _disputable.disputedJob(_shown(made, PARTIAL, 4e6));
        assertEq(job.jobId, made.id);
        assertEq(uint256(job.state), uint256(JobState.REPORTED));
        assertEq(job.code, PARTIAL);
        assertEq(job.paid, 4e6);
        assertEq(job.price, PRICE);
        assertEq(job.consumer, consumer.addr);
        assertEq(job.provider, provider.addr);
        assertEq(job.deviceIndex, 1);
        assertEq(job.epoch, 1);
        assertEq(job.challengeUntil, START + 600);
    }

    function test_openDispute_takesPayRefundAndFeeBackOut() public {
        _open(_settled(PARTIAL, 4e6), PARTIAL, 4e6);
        _assertPending(provider.addr, 0, 0);
        _assertPending(consumer.addr, 0, 0);
        _assertPending(treasury, 0, 0);
        assertEq(vault.ledgerOf(address(market)), PRICE, "still there");
        (, uint96 locked,,) = stake.stakeOf(provider.addr);
        assertEq(locked, LOCK, "still locked");
        _passFinality();
        vm.expectRevert(abi.encodeWithSelector(ISettlement.NothingToClaim.selector, provider.addr));
        settlement.claim(provider.addr);
    }

    function test_openDispute_leavesOtherJobsAlone() public {
        Job memory first = _running();
        Job memory second = _running();
        _settle(bytes.concat(_verdict(first.id, OK, PRICE), _verdict(second.id, OK, PRICE)));
        _open(first, OK, PRICE);
        _assertPending(provider.addr, PRICE - FEE, LOCK);
        _assertPending(treasury, FEE, 0);
    }

    function test_resolveDispute_upheldIsAsBefore() public {
        Job memory made = _settled(OK, PRICE);
        bytes memory shown = _open(made, OK, PRICE);
        vm.prank(court);
        _disputable.resolveDispute(shown, Ruling(OK, PRICE, address(0), 0));
        assertState(made.id, JobState.REPORTED);
        _assertPending(provider.addr, PRICE - FEE, LOCK);
        _assertPending(treasury, FEE, 0);
        shown = _open(made, OK, PRICE); // by another challenger, within the window
        vm.prank(court);
        _disputable.resolveDispute(shown, Ruling(OK, PRICE, address(0), 0));
        _passFinality();
        settlement.claim(provider.addr);
        assertEq(vault.creditOf(provider.addr), PRICE - FEE);
        assertEq(stake.freeStakeOf(provider.addr), STAKE);
    }

    function test_resolveDispute_upheldAfterTheWindowIsFinal() public {
        Job memory made = _settled(OK, PRICE);
        bytes memory shown = _open(made, OK, PRICE);
        vm.warp(START + 4_000);
        vm.prank(court);
        _disputable.resolveDispute(shown, Ruling(OK, PRICE, address(0), 0));
        assertState(made.id, JobState.FINAL);
        skip(901);
        settlement.claim(provider.addr);
        assertEq(vault.creditOf(provider.addr), PRICE - FEE);
    }

    function test_resolveDispute_anOkBecomesAFraud() public {
        Job memory made = _settled(OK, PRICE);
        bytes memory shown = _open(made, OK, PRICE);
        vm.prank(court);
        uint96 rewarded = _disputable.resolveDispute(shown, Ruling(FRAUD, 0, stranger.addr, 1e6));
        assertState(made.id, JobState.FINAL);
        assertTrue(market.job(made.id).slashed);
        assertEq(vault.creditOf(stranger.addr), rewarded);
        assertLe(rewarded, 1e6);
        assertGt(rewarded, 0);
        (uint96 staked, uint96 locked,,) = stake.stakeOf(provider.addr);
        assertEq(staked, STAKE - 20e6);
        assertEq(locked, 0);
        _assertPending(consumer.addr, PRICE, 0);
        _assertPending(treasury, 0, 0);
        JobOutcome memory outcome = JobOutcome(FRAUD, 0, keccak256("result"), START - 1);
        assertTrue(market.isReportedAs(made.id, made.card, outcome));
        vm.expectRevert(abi.encodeWithSelector(IJobBook.AlreadySlashed.selector, made.id));
        settlement.slash(made.id, made.card, outcome);
    }

    function test_resolveDispute_aFraudBecomesAnOk() public {
        Job memory made = _settled(FRAUD, 0);
        bytes memory shown = _open(made, FRAUD, 0);
        vm.prank(court);
        _disputable.resolveDispute(shown, Ruling(OK, PRICE, address(0), 0));
        assertFalse(market.job(made.id).fraud);
        _assertPending(consumer.addr, 0, 0);
        _passFinality();
        settlement.claim(provider.addr);
        settlement.claim(treasury);
        assertEq(vault.creditOf(provider.addr), PRICE - FEE);
        assertEq(vault.creditOf(treasury), FEE);
        assertEq(stake.freeStakeOf(provider.addr), STAKE);
        assertEq(vault.ledgerOf(address(market)), 0);
    }

    function test_resolveDispute_overturnedIsFinalAtOnce() public {
        Job memory made = _settled(OK, PRICE);
        bytes memory shown = _open(made, OK, PRICE);
        vm.prank(court);
        _disputable.resolveDispute(shown, Ruling(PARTIAL, 4e6, address(0), 0));
        assertState(made.id, JobState.FINAL);
        shown = abi.encode(made.id, made.card, JobOutcome(PARTIAL, 4e6, keccak256("result"), START - 1));
        _expectOpenRefused(shown, abi.encodeWithSelector(IJobBook.DeadlinePassed.selector, START, START - 1));
    }

    function test_expireDispute_letsTheFirstVerdictStand() public {
        Job memory made = _settled(FRAUD, 0);
        bytes memory shown = _open(made, FRAUD, 0);
        vm.warp(START + 5_001);
        vm.prank(stranger.addr);
        _disputable.expireDispute(shown);
        assertState(made.id, JobState.FINAL);
        settlement.slash(made.id, made.card, JobOutcome(FRAUD, 0, 0, START + 600));
        skip(901);
        settlement.claim(consumer.addr);
        assertEq(vault.ledgerOf(address(market)), 0);
    }

    function testFuzz_resolveDispute_neverMovesMoreThanThePrice(uint8 first, uint8 second, uint96 paid) public {
        first = _code(first);
        second = _code(second);
        uint96 before = first == OK ? PRICE : first == PARTIAL ? paid % PRICE : 0;
        uint96 afterwards = second == OK ? PRICE : second == PARTIAL ? paid % PRICE : 0;
        Job memory made = _settled(first, before);
        bytes memory shown = _open(made, first, before);
        vm.prank(court);
        _disputable.resolveDispute(shown, Ruling(second, afterwards, address(0), 0));
        (uint256 pay,) = settlement.pendingOf(provider.addr);
        (uint256 refund,) = settlement.pendingOf(consumer.addr);
        (uint256 fee,) = settlement.pendingOf(treasury);
        assertEq(pay + refund + fee, PRICE);
        assertEq(pay + fee, afterwards);
    }

    function _code(uint8 seed) private pure returns (uint8 code) {
        code = uint8(bound(seed, 1, 7));
        if (code == CHECKPOINT) code = FAILED;
    }

    function _shown(Job memory made, uint8 code, uint96 paid) private view returns (bytes memory) {
        return abi.encode(made.id, made.card, _outcome(made, code, paid));
    }

    function _open(Job memory made, uint8 code, uint96 paid) private returns (bytes memory shown) {
        shown = _shown(made, code, paid);
        vm.prank(court);
        _disputable.openDispute(shown, START + 5_000);
    }

    function _expectOpenRefused(bytes memory shown, bytes memory refusal) private {
        vm.expectRevert(refusal);
        vm.prank(court);
        _disputable.openDispute(shown, START + 9_000);
    }

    function _assertPending(address who, uint256 amount, uint256 lock) private view {
        (uint256 gotAmount, uint256 gotLock) = settlement.pendingOf(who);
        assertEq(gotAmount, amount, "pending amount");
        assertEq(gotLock, lock, "pending lock");
    }
}
