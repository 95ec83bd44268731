// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DisputedJob} from "../../src/interfaces/IDisputable.sol";
import {CourtWorld, IDisputeCourt, JobState} from "../CourtWorld.sol";

/// @title Every party's moves at court, in any order; each bounded so that none may revert
contract CourtHandler is CourtWorld {
    struct Asked {
        uint64 jobId;
        uint8 number;
        Work work;
        bool honest;
    }

    uint64[] public jobs;
    Asked[] private _asked;
    Account[] private _challengers;
    uint256 public wrongVerdicts; // of the court, over matrix work
    uint256 public moneyIn;
    uint8[5] private _codes = [OK, PARTIAL, FRAUD, FAILED, OK];

    constructor() {
        CourtWorld.setUp();
        for (uint256 k = 0; k < 3; ++k) {
            _challengers.push(account(string.concat("challenger ", vm.toString(k))));
            _fundCredit(_challengers[k].addr, 9_000e6);
        }
        moneyIn = dollar.balanceOf(address(vault));
        jobs.push(JOB);
    }

    function report(uint256 code) external {
        if (jobs.length > 12) return;
        uint64 jobId = uint64(100 + jobs.length);
        uint8 chosen = _codes[code % 5];
        _put(jobId, chosen, chosen == OK ? PRICE : chosen == PARTIAL ? PRICE / 2 : 0);
        jobs.push(jobId);
    }

    function demand(uint256 which, uint256 who, bool honest, uint32 i, uint32 j) external {
        (uint64 jobId, DisputedJob memory found) = _open(which);
        if (found.state == JobState.FINAL || (found.code != OK && found.code != PARTIAL)) return;
        (uint8 demands,, bool ended) = court.disputeOf(jobId);
        if (ended || demands == 5 || block.timestamp > found.challengeUntil) return;
        Work memory work = _work(jobId, 64, 1, i % 64, j % 64, honest ? int256(0) : int256(1));
        bytes memory shown = _shown(jobId);
        vm.prank(_challengers[who % 3].addr);
        uint8 number = court.demandOpening(shown, work.commit, work.signed, 0, work.i, work.j);
        Asked storage asked = _asked.push();
        (asked.jobId, asked.number, asked.honest) = (jobId, number, honest);
        asked.work = work;
    }

    function answer(uint256 which) external {
        if (_asked.length == 0) return;
        Asked storage asked = _asked[which % _asked.length];
        if (!_isOpen(asked)) return;
        IDisputeCourt.Demand memory found = court.demandOf(asked.jobId, asked.number);
        if (block.timestamp > found.answerUntil) {
            court.closeSilent(_shown(asked.jobId), asked.number);
            return;
        }
        court.answerOpening(_shown(asked.jobId), asked.number, asked.work.commit, asked.work.opening);
        IDisputeCourt.DemandStatus now_ = court.demandOf(asked.jobId, asked.number).status;
        bool lost = now_ == IDisputeCourt.DemandStatus.WON;
        if (lost == asked.honest) ++wrongVerdicts;
    }

    function prove(uint256 which, uint32 i, uint32 j) external {
        (uint64 jobId, DisputedJob memory found) = _open(which);
        if (found.state == JobState.FINAL || (found.code != OK && found.code != PARTIAL)) return;
        (,, bool ended) = court.disputeOf(jobId);
        if (ended || block.timestamp > found.challengeUntil) return;
        Work memory work = _work(jobId, 64, 1, i % 64, j % 64, 1);
        court.proveWrongEntry(_shown(jobId), work.commit, work.signed, 0, work.i, work.j, work.opening);
    }

    function challenge(uint256 which, uint256 who) external {
        (uint64 jobId, DisputedJob memory found) = _open(which);
        (,, bool ended) = court.disputeOf(jobId);
        (uint256 eligible, uint256 quorum) = court.panelFor(1);
        if (ended || found.state == JobState.FINAL || block.timestamp > found.challengeUntil) return;
        if (court.caseOf(jobId).open || eligible < quorum) return;
        bytes memory shown = _shown(jobId);
        vm.prank(_challengers[who % 3].addr);
        court.challenge(shown, "");
    }

    function vote(uint256 which, uint256 code, uint256 bitmask) external {
        (uint64 jobId, DisputedJob memory found) = _open(which);
        IDisputeCourt.Case memory open = court.caseOf(jobId);
        if (!open.open || found.state != JobState.DISPUTED || block.timestamp > open.voteUntil) return;
        bitmask = bitmask & 7 & ~uint256(open.voted);
        for (uint256 k = 0; k < 3; ++k) {
            if (court.depositOf(judges[k].addr) < 5e6) bitmask &= ~(1 << k);
        }
        bool upheld = code % 2 == 0;
        _vote(jobId, open.number, upheld ? found.code : FAILED, upheld ? found.paid : 0, bitmask);
    }

    function closeCase(uint256 which) external {
        (uint64 jobId,) = _open(which);
        IDisputeCourt.Case memory open = court.caseOf(jobId);
        if (open.open && block.timestamp > open.voteUntil) court.closeCase(_shown(jobId));
    }

    function expire(uint256 which) external {
        (uint64 jobId, DisputedJob memory found) = _open(which);
        if (found.state != JobState.DISPUTED || block.timestamp <= settlement.resolveUntilOf(jobId)) return;
        settlement.expireDispute(_shown(jobId));
    }

    function giveBack(uint256 which) external {
        if (_asked.length > 0) _giveBack(_asked[which % _asked.length]);
    }

    function sit(uint256 who) external {
        _seat(judges[who % 3].addr, 5e6);
        moneyIn += 5e6;
    }

    function pass(uint256 time) external {
        skip(bound(time, 1, 500));
    }

    /// @dev A stranger alone, after all deadlines.
    function endAll() external {
        skip(10 days);
        for (uint256 k = 0; k < jobs.length; ++k) {
            if (settlement.disputedJob(_shown(jobs[k])).state == JobState.DISPUTED) {
                settlement.expireDispute(_shown(jobs[k]));
            }
            if (court.caseOf(jobs[k]).open) court.closeCase(_shown(jobs[k]));
        }
        for (uint256 k = 0; k < _asked.length; ++k) {
            _giveBack(_asked[k]);
        }
    }

    function openBonds() external view returns (uint256 sum) {
        for (uint256 k = 0; k < _asked.length; ++k) {
            IDisputeCourt.Demand memory found = court.demandOf(_asked[k].jobId, _asked[k].number);
            if (found.status == IDisputeCourt.DemandStatus.OPEN) sum += found.bond;
        }
        for (uint256 k = 0; k < jobs.length; ++k) {
            IDisputeCourt.Case memory open = court.caseOf(jobs[k]);
            if (open.open) sum += open.bond;
        }
    }

    function deposits() external view returns (uint256 sum) {
        for (uint256 k = 0; k < 3; ++k) {
            sum += court.depositOf(judges[k].addr);
        }
    }

    function courtsLedger() external view returns (uint256) {
        return vault.ledgerOf(address(court));
    }

    function allMoney() external view returns (uint256 sum) {
        sum = vault.ledgerOf(address(court)) + vault.burned();
        sum += vault.creditOf(challenger.addr) + vault.creditOf(provider.addr) + vault.creditOf(consumer.addr);
        for (uint256 k = 0; k < 3; ++k) {
            sum += vault.creditOf(_challengers[k].addr) + vault.creditOf(judges[k].addr);
        }
    }

    /// @dev Disputed exactly while somebody doubts, where the court did not sleep over the settlement's default.
    function doubted(uint256 k) external view returns (bool disputed, bool doubts) {
        disputed = settlement.disputedJob(_shown(jobs[k])).state == JobState.DISPUTED;
        (, uint8 open, bool ended) = court.disputeOf(jobs[k]);
        doubts = !ended && (open > 0 || court.caseOf(jobs[k]).open);
    }

    function countOfJobs() external view returns (uint256) {
        return jobs.length;
    }

    function _giveBack(Asked storage asked) private {
        if (court.demandOf(asked.jobId, asked.number).status != IDisputeCourt.DemandStatus.OPEN) return;
        (,, bool ended) = court.disputeOf(asked.jobId);
        if (!ended && settlement.disputedJob(_shown(asked.jobId)).state == JobState.DISPUTED) return;
        court.returnBond(_shown(asked.jobId), asked.number);
    }

    function _isOpen(Asked storage asked) private view returns (bool) {
        (,, bool ended) = court.disputeOf(asked.jobId);
        return !ended && court.demandOf(asked.jobId, asked.number).status == IDisputeCourt.DemandStatus.OPEN
            && settlement.disputedJob(_shown(asked.jobId)).state == JobState.DISPUTED;
    }

    function _open(uint256 which) private view returns (uint64 jobId, DisputedJob memory found) {
        jobId = jobs[which % jobs.length];
        found = settlement.disputedJob(_shown(jobId));
    }
}
