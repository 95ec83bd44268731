// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SkipReason} from "../../src/interfaces/AssayTypes.sol";
import {IOracleCommittee} from "../../src/interfaces/IOracleCommittee.sol";
import {ISettlement} from "../../src/interfaces/ISettlement.sol";
import {IJobBook, ISettlement, JobOutcome, JobState, Report, World} from "../World.sol";

contract SettlementTest is World {
    function test_constructor_refusesAWiringThatDoesNotKnowIt() public {
        vm.expectPartialRevert(ISettlement.WrongWiring.selector);
        deploy(
            "Settlement.sol:Settlement",
            abi.encode(address(stake), address(market), address(committee), treasury, address(0), court)
        );
    }

    function test_constructor_refusesNoFeeReceiver() public {
        vm.expectRevert(ISettlement.ZeroAddress.selector);
        deploy(
            "Settlement.sol:Settlement",
            abi.encode(address(stake), address(market), address(committee), address(0), address(0), court)
        );
    }

    function test_settle_refusesAReportFromTheFuture() public {
        (Report memory report, bytes memory verdicts) = _reportOfOne();
        report.observedAt = START + 1;
        _expectRefused(
            report, verdicts, abi.encodeWithSelector(ISettlement.ReportFromTheFuture.selector, START + 1, START)
        );
    }

    function test_settle_refusesAnExpiredReport() public {
        (Report memory report, bytes memory verdicts) = _reportOfOne();
        vm.warp(report.validUntil + 1);
        _expectRefused(
            report,
            verdicts,
            abi.encodeWithSelector(ISettlement.ReportExpired.selector, report.validUntil + 1, report.validUntil)
        );
    }

    function test_settle_refusesNoVerdict() public {
        Report memory report = _report(1, "");
        _expectRefused(report, "", abi.encodeWithSelector(ISettlement.WrongVerdictCount.selector, 0));
    }

    function test_settle_refusesMoreThan256Verdicts() public {
        bytes memory verdicts = new bytes(257 * 53);
        Report memory report = _report(1, verdicts);
        _expectRefused(report, verdicts, abi.encodeWithSelector(ISettlement.WrongVerdictCount.selector, 257));
    }

    function test_settle_refusesVerdictsOfAnotherLength() public {
        (Report memory report, bytes memory verdicts) = _reportOfOne();
        verdicts = bytes.concat(verdicts, hex"00");
        report.verdictsHash = keccak256(verdicts);
        _expectRefused(report, verdicts, abi.encodeWithSelector(ISettlement.WrongVerdictsLength.selector, 54, 53));
    }

    function test_settle_refusesOtherVerdictsThanSigned() public {
        (Report memory report, bytes memory verdicts) = _reportOfOne();
        bytes memory other = bytes.concat(verdicts);
        other[8] = bytes1(FRAUD);
        _expectRefused(
            report,
            other,
            abi.encodeWithSelector(ISettlement.WrongVerdictsHash.selector, keccak256(other), report.verdictsHash)
        );
    }

    function test_settle_refusesSignaturesOfAnotherReport() public {
        (Report memory report, bytes memory verdicts) = _reportOfOne();
        bytes memory signed = _quorum(settlement.hashReport(report), 7);
        report.seq += 1;
        vm.expectPartialRevert(IOracleCommittee.WrongSigner.selector);
        settlement.settle(report, verdicts, _cards(verdicts), 7, signed);
    }

    function test_settle_refusesSignaturesForAnotherContract() public {
        (Report memory report, bytes memory verdicts) = _reportOfOne();
        bytes32 elsewhere = keccak256(abi.encodePacked(hex"1901", keccak256("another domain"), keccak256("report")));
        bytes memory signed = _quorum(elsewhere, 7);
        vm.expectPartialRevert(IOracleCommittee.WrongSigner.selector);
        settlement.settle(report, verdicts, _cards(verdicts), 7, signed);
    }

    function test_reportVerdicts_refusesAnyoneButSettlement() public {
        vm.expectRevert(abi.encodeWithSelector(IJobBook.NotSettlement.selector, address(this), address(settlement)));
        market.reportVerdicts(1, "", "");
    }

    function test_settle_skipsAnUnknownJob() public {
        _expectSkipped(_verdict(99, OK, PRICE), 99, SkipReason.UNKNOWN_JOB);
    }

    function test_settle_skipsAJobThatWasNotAccepted() public {
        Job memory made = _assigned();
        _expectSkipped(_verdict(made.id, OK, PRICE), made.id, SkipReason.NOT_REPORTABLE);
    }

    function test_settle_skipsASettledJob() public {
        Job memory made = _settled(OK, PRICE);
        _expectSkipped(_verdict(made.id, FAILED, 0), made.id, SkipReason.NOT_REPORTABLE);
        (uint256 pay,) = settlement.pendingOf(provider.addr);
        assertEq(pay, PRICE - FEE, "settled once");
    }

    function test_settle_skipsASecondVerdictForAJobInTheSameReport() public {
        Job memory made = _running();
        bytes memory one = _verdict(made.id, OK, PRICE);
        _settle(bytes.concat(one, one));
        (uint256 pay,) = settlement.pendingOf(provider.addr);
        assertEq(pay, PRICE - FEE, "settled once");
    }

    function test_settle_skipsAJobOfAnotherEpoch() public {
        Job memory made = _running();
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("oracle", 4, false);
        vm.prank(governor.addr);
        committee.rotate(keys, pins);
        bytes memory verdicts = _verdict(made.id, OK, PRICE);
        Report memory report = _report(2, verdicts);
        bytes memory signed = _quorum(settlement.hashReport(report), 7);
        vm.expectEmit(address(market));
        emit IJobBook.VerdictSkipped(made.id, SkipReason.OTHER_EPOCH);
        settlement.settle(report, verdicts, _cards(verdicts), 7, signed);
        assertState(made.id, JobState.RUNNING);
    }

    function test_settle_skipsAJobPastItsDeadline() public {
        Job memory made = _running();
        skip(601);
        _expectSkipped(_verdict(made.id, OK, PRICE), made.id, SkipReason.PAST_DEADLINE);
    }

    function test_settle_skipsAVerdictWithAnotherCard() public {
        Job memory made = _running();
        cards[made.id].provider = stranger.addr;
        _expectSkipped(_verdict(made.id, OK, PRICE), made.id, SkipReason.WRONG_CARD);
    }

    function test_settle_skipsAVerdictWithACardThatNamesMoreMoney() public {
        Job memory made = _running();
        cards[made.id].amount = PRICE * 2;
        _expectSkipped(_verdict(made.id, OK, PRICE * 2), made.id, SkipReason.WRONG_CARD);
    }

    function test_settle_skipsAVerdictThatShowsNoCard() public {
        Job memory made = _running();
        delete cards[made.id];
        _expectSkipped(_verdict(made.id, OK, PRICE), made.id, SkipReason.WRONG_CARD);
    }

    function test_settle_refusesTooFewCards() public {
        (Report memory report, bytes memory verdicts) = _reportOfOne();
        bytes memory signed = _quorum(settlement.hashReport(report), 7);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.WrongCardsLength.selector, 88, 89));
        settlement.settle(report, verdicts, new bytes(88), 7, signed);
    }

    function test_settle_aWrongCardStopsNoOtherAndIsSettledLaterWithTheRightOne() public {
        Job memory first = _running();
        Job memory second = _running();
        bytes memory verdicts = bytes.concat(_verdict(first.id, OK, PRICE), _verdict(second.id, OK, PRICE));
        Report memory report = _report(1, verdicts);
        bytes32 digest = settlement.hashReport(report);
        bytes memory signed = _quorum(digest, 7);
        bytes memory right = _cards(verdicts);
        bytes memory wrong = bytes.concat(new bytes(89), _packed(second.card));
        vm.expectEmit(address(settlement));
        emit ISettlement.ReportIncomplete(1, report.seq, digest, 1);
        vm.prank(stranger.addr);
        settlement.settle(report, verdicts, wrong, 7, signed);
        assertState(first.id, JobState.RUNNING);
        assertState(second.id, JobState.REPORTED);
        vm.expectEmit(address(settlement));
        emit ISettlement.ReportAccepted(1, report.seq, digest, keccak256("evidence"), 2);
        settlement.settle(report, verdicts, right, 7, signed);
        assertState(first.id, JobState.REPORTED);
        (uint256 pay,) = settlement.pendingOf(provider.addr);
        assertEq(pay, 2 * (PRICE - FEE), "each once");
    }

    function test_settle_ofAReportWithoutCardsRecordsItAndLetsEveryVerdictWait() public {
        Job memory made = _running();
        bytes memory verdicts = bytes.concat(_verdict(made.id, OK, PRICE), _verdict(99, OK, PRICE));
        Report memory report = _report(1, verdicts);
        bytes32 digest = settlement.hashReport(report);
        bytes memory signed = _quorum(digest, 7);
        vm.expectEmit(address(settlement));
        emit ISettlement.ReportIncomplete(1, report.seq, digest, 3);
        settlement.settle(report, verdicts, "", 7, signed);
        assertState(made.id, JobState.RUNNING);
        assertEq(committee.pointsOf(1)[0], 1);
        vm.expectEmit(address(settlement));
        emit ISettlement.ReportAccepted(1, report.seq, digest, keccak256("evidence"), 2);
        settlement.settle(report, verdicts, _cards(verdicts), 7, signed);
        assertState(made.id, JobState.REPORTED);
        assertEq(committee.pointsOf(1)[0], 1, "a point once");
    }

    function test_settle_ofAReportWithoutCardsNamesAll256Verdicts() public {
        bytes memory verdicts = new bytes(256 * 53);
        Report memory report = _report(1, verdicts);
        bytes32 digest = settlement.hashReport(report);
        bytes memory signed = _quorum(digest, 7);
        vm.expectEmit(address(settlement));
        emit ISettlement.ReportIncomplete(1, report.seq, digest, type(uint256).max);
        settlement.settle(report, verdicts, "", 7, signed);
    }

    function test_settle_ofAReportWithoutCardsStillWantsAQuorum() public {
        (Report memory report, bytes memory verdicts) = _reportOfOne();
        bytes memory signed = _quorum(keccak256("another report"), 7);
        vm.expectRevert();
        settlement.settle(report, verdicts, "", 7, signed);
    }

    function test_slashMetered_refusesWhereThereIsNoMarketForThem() public {
        vm.expectRevert(abi.encodeWithSelector(ISettlement.NoMeteredMarket.selector, 0));
        settlement.slashMetered("");
    }

    function test_settle_refusesMeteredJobsWhereThereIsNoMarketForThem() public {
        uint64 jobId = 1 << 63 | 7;
        bytes memory verdicts = _verdict(jobId, OK, PRICE);
        Report memory report = _report(1, verdicts);
        _expectRefused(report, verdicts, abi.encodeWithSelector(ISettlement.NoMeteredMarket.selector, jobId));
    }

    function test_settle_bindsTheOutcome() public {
        Job memory made = _settled(PARTIAL, 4e6);
        JobOutcome memory outcome = _outcome(made, PARTIAL, 4e6);
        assertTrue(market.isReportedAs(made.id, made.card, outcome));
        outcome.paid += 1;
        assertFalse(market.isReportedAs(made.id, made.card, outcome));
    }

    function test_settle_windowsGrowWithTheValue() public view {
        assertEq(market.challengeWindowOf(PRICE), 600);
        assertEq(market.challengeWindowOf(50e6), 600);
        assertEq(market.challengeWindowOf(60e6), 720);
        assertEq(market.challengeWindowOf(75e6), 900);
        assertEq(market.challengeWindowOf(type(uint96).max), 900);
        assertEq(market.challengeWindowOf(0), 600);
    }

    function test_slash_refusesAnotherCardThanTheJobs() public {
        Job memory made = _settled(FRAUD, 0);
        JobOutcome memory outcome = _outcome(made, FRAUD, 0);
        skip(601);
        made.card.provider = stranger.addr;
        vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongBinding.selector, made.id));
        settlement.slash(made.id, made.card, outcome);
    }

    function test_settle_skipsCodeZero() public {
        Job memory made = _running();
        _expectSkipped(_verdict(made.id, 0, 0), made.id, SkipReason.UNKNOWN_CODE);
    }

    function test_settle_skipsCheckpointsOfAFixedPrice() public {
        Job memory made = _running();
        _expectSkipped(_verdict(made.id, CHECKPOINT, 1), made.id, SkipReason.UNKNOWN_CODE);
    }

    function test_settle_skipsCodeEight() public {
        Job memory made = _running();
        _expectSkipped(_verdict(made.id, 8, 0), made.id, SkipReason.UNKNOWN_CODE);
    }

    function test_settle_skipsAnOkThatPaysLessThanThePrice() public {
        Job memory made = _running();
        _expectSkipped(_verdict(made.id, OK, PRICE - 1), made.id, SkipReason.WRONG_AMOUNT);
    }

    function test_settle_skipsAnOkThatPaysMoreThanThePrice() public {
        Job memory made = _running();
        _expectSkipped(_verdict(made.id, OK, PRICE + 1), made.id, SkipReason.WRONG_AMOUNT);
    }

    function test_settle_skipsAPartialThatPaysThePrice() public {
        Job memory made = _running();
        _expectSkipped(_verdict(made.id, PARTIAL, PRICE), made.id, SkipReason.WRONG_AMOUNT);
    }

    function test_settle_skipsAFraudThatPays() public {
        Job memory made = _running();
        _expectSkipped(_verdict(made.id, FRAUD, 1), made.id, SkipReason.WRONG_AMOUNT);
    }

    function test_claim_refusesBeforeTheBucketMatured() public {
        _settled(OK, PRICE);
        vm.warp(_maturity());
        vm.expectRevert(abi.encodeWithSelector(ISettlement.NothingToClaim.selector, provider.addr));
        settlement.claim(provider.addr);
    }

    function test_claim_refusesASecondTime() public {
        _settled(OK, PRICE);
        _passFinality();
        settlement.claim(provider.addr);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.NothingToClaim.selector, provider.addr));
        settlement.claim(provider.addr);
    }

    function test_slash_refusesAJobThatIsNoFraud() public {
        Job memory made = _settled(OK, PRICE);
        _passFinality();
        JobOutcome memory outcome = _outcome(made, OK, PRICE);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.NotFraud.selector, made.id));
        settlement.slash(made.id, made.card, outcome);
    }

    function test_slash_refusesARunningJob() public {
        Job memory made = _running();
        JobOutcome memory outcome = _outcome(made, FRAUD, 0);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongState.selector, made.id, JobState.RUNNING));
        settlement.slash(made.id, made.card, outcome);
    }

    function test_slash_refusesWithinTheChallengeWindow() public {
        Job memory made = _settled(FRAUD, 0);
        skip(600);
        JobOutcome memory outcome = _outcome(made, FRAUD, 0);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.DeadlineNotPassed.selector, START + 600, START + 600));
        settlement.slash(made.id, made.card, outcome);
    }

    function test_slash_refusesASecondTime() public {
        Job memory made = _settled(FRAUD, 0);
        skip(601);
        _slash(made);
        JobOutcome memory outcome = _outcome(made, FRAUD, 0);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.AlreadySlashed.selector, made.id));
        settlement.slash(made.id, made.card, outcome);
    }

    function test_payOut_refusesAnyoneButSettlement() public {
        _settled(OK, PRICE);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.NotSettlement.selector, address(this), address(settlement)));
        market.payOut(address(this), 1);
    }

    function test_takeFraud_refusesAnyoneButSettlement() public {
        Job memory made = _settled(FRAUD, 0);
        JobOutcome memory outcome = _outcome(made, FRAUD, 0);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.NotSettlement.selector, address(this), address(settlement)));
        market.takeFraud(1, made.card, outcome);
    }

    function test_settle_okPaysTheProviderAfterTheWindow() public {
        Job memory made = _settled(OK, PRICE);
        assertState(made.id, JobState.REPORTED);
        (uint256 fee,) = settlement.pendingOf(treasury);
        assertEq(fee, FEE);
        assertEq(market.activeJobs(device.addr), 0);
        vm.warp(_maturity() + 1);
        assertState(made.id, JobState.FINAL);
        vm.prank(stranger.addr);
        settlement.claim(provider.addr);
        assertEq(vault.creditOf(provider.addr), PRICE - FEE);
        assertEq(stake.freeStakeOf(provider.addr), STAKE);
        settlement.claim(treasury);
        assertEq(vault.creditOf(treasury), FEE);
        assertEq(vault.ledgerOf(address(market)), 0);
    }

    function test_settle_partialPaysBoth() public {
        _settled(PARTIAL, 4e6);
        _passFinality();
        settlement.claim(provider.addr);
        settlement.claim(consumer.addr);
        assertEq(vault.creditOf(provider.addr), 4e6 - 100_000);
        assertEq(vault.creditOf(consumer.addr), 1_000e6 - 4e6);
        assertEq(stake.freeStakeOf(provider.addr), STAKE);
    }

    function test_settle_failedRefundsAndFreesTheLock() public {
        _assertRefunds(FAILED);
    }

    function test_settle_noEvidenceRefundsAndFreesTheLock() public {
        _assertRefunds(NO_EVIDENCE);
    }

    function test_settle_inconclusiveRefundsAndFreesTheLock() public {
        _assertRefunds(INCONCLUSIVE);
    }

    function test_settle_reportsACommittedJob() public {
        Job memory made = _committed();
        skip(300);
        _settle(_verdict(made.id, OK, PRICE));
        assertState(made.id, JobState.REPORTED);
    }

    function test_settle_oneBadVerdictDoesNotStopTheOthers() public {
        Job memory first = _running();
        Job memory second = _running();
        _settle(bytes.concat(_verdict(first.id, OK, PRICE), _verdict(77, OK, PRICE), _verdict(second.id, FAILED, 0)));
        assertState(first.id, JobState.REPORTED);
        assertState(second.id, JobState.REPORTED);
    }

    function test_settle_worksForAnOldEpochAfterRotation() public {
        Job memory made = _running();
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("new", 7, false);
        vm.prank(governor.addr);
        committee.rotate(keys, pins);
        _settle(_verdict(made.id, OK, PRICE));
        assertState(made.id, JobState.REPORTED);
    }

    function test_settle_emitsTheReport() public {
        (Report memory report, bytes memory verdicts) = _reportOfOne();
        bytes32 digest = settlement.hashReport(report);
        bytes memory signed = _quorum(digest, 7);
        vm.expectEmit(address(settlement));
        emit ISettlement.ReportAccepted(1, report.seq, digest, keccak256("evidence"), 1);
        settlement.settle(report, verdicts, _cards(verdicts), 7, signed);
    }

    /// @dev Refunds without a lock, and locks without pay, that had matured before the next came.
    function test_claim_leavesNothingOfEitherKindBehind() public {
        for (uint256 k = 0; k < 3; ++k) {
            _settled(FAILED, 0);
            skip(2 * params().bucketS);
        }
        _passFinality();
        (uint256 amount, uint256 lock) = settlement.claimableOf(consumer.addr);
        assertEq(amount, 3 * PRICE);
        assertEq(lock, 0);
        settlement.claim(consumer.addr);
        (amount,) = settlement.claimableOf(consumer.addr);
        assertEq(amount, 0, "paid once");
        (amount, lock) = settlement.claimableOf(provider.addr);
        assertEq(amount, 0);
        assertGt(lock, 0);
        settlement.claim(provider.addr);
        (, lock) = settlement.claimableOf(provider.addr);
        assertEq(lock, 0, "freed once");
    }

    function test_claim_sumsSeveralBucketsThoughTheyShareSlots() public {
        for (uint256 i = 0; i < 5; ++i) {
            _settled(OK, PRICE);
            skip(900);
        }
        _passFinality();
        (uint256 pay, uint256 lock) = settlement.claimableOf(provider.addr);
        assertEq(pay, 5 * (PRICE - FEE));
        assertEq(lock, 5 * LOCK);
        settlement.claim(provider.addr);
        assertEq(vault.creditOf(provider.addr), 5 * (PRICE - FEE));
        assertEq(stake.freeStakeOf(provider.addr), STAKE);
    }

    function test_slash_takesTheStakeAndCompensatesTheConsumer() public {
        Job memory made = _settled(FRAUD, 0);
        JobOutcome memory outcome = _outcome(made, FRAUD, 0);
        skip(601);
        vm.prank(stranger.addr);
        settlement.slash(made.id, made.card, outcome);
        (uint96 staked, uint96 locked,,) = stake.stakeOf(provider.addr);
        assertEq(staked, STAKE - 20e6, "twice the price");
        assertEq(locked, 0);
        assertEq(vault.creditOf(consumer.addr), 1_000e6 - PRICE + 3e6, "capped compensation at once");
        stake.flushSlashed();
        assertEq(vault.burned(), 8_500_000);
        assertEq(vault.creditOf(insurance), 8_500_000);
        assertEq(vault.creditOf(stranger.addr), 0, "nothing to the caller");
        _passFinality();
        settlement.claim(consumer.addr);
        assertEq(vault.creditOf(consumer.addr), 1_000e6 + 3e6, "and the refund after the window");
        assertTrue(market.job(made.id).slashed);
    }

    function _assertRefunds(uint8 code) private {
        _settled(code, 0);
        _passFinality();
        settlement.claim(consumer.addr);
        settlement.claim(provider.addr);
        assertEq(vault.creditOf(consumer.addr), 1_000e6);
        assertEq(vault.creditOf(provider.addr), 0);
        (uint256 fee,) = settlement.claimableOf(treasury);
        assertEq(fee, 0);
        assertEq(stake.freeStakeOf(provider.addr), STAKE);
    }

    /// @dev End of the bucket that a settlement at START fills: ceil((START + 600) / 900) · 900.
    function _maturity() private pure returns (uint256) {
        return (uint256(START) + 600 + 899) / 900 * 900;
    }

    function _reportOfOne() private returns (Report memory report, bytes memory verdicts) {
        verdicts = _verdict(_running().id, OK, PRICE);
        report = _report(1, verdicts);
    }

    function _expectRefused(Report memory report, bytes memory verdicts, bytes memory refusal) private {
        bytes memory signed = _quorum(settlement.hashReport(report), 7);
        vm.expectRevert(refusal);
        settlement.settle(report, verdicts, _cards(verdicts), 7, signed);
    }

    function _expectSkipped(bytes memory verdicts, uint64 jobId, SkipReason reason) private {
        JobState before = _stateOf(jobId);
        Report memory report = _report(1, verdicts);
        bytes memory signed = _quorum(settlement.hashReport(report), 7);
        vm.expectEmit(address(market));
        emit IJobBook.VerdictSkipped(jobId, reason);
        settlement.settle(report, verdicts, _cards(verdicts), 7, signed);
        assertState(jobId, before);
    }
}
